"""Values of the command line are taken without typer's conversion where that is certain, and with it anywhere else."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import pytest

from kursk_claims.cli.plain_values import take_plain_values


class Param:
    """A parameter as typer keeps it, whose own conversion gives `typer`."""

    nargs = 1

    def __init__(self, annotation: Any, *, multiple: bool) -> None:
        self.type_descriptor = SimpleNamespace(annotation=annotation)
        self.multiple = multiple

    def get_runtime_param(self) -> Any:
        return SimpleNamespace(coerce=lambda value, param, ctx: "typer")


def coerce(annotation: Any, value: Any, *, multiple: bool = False) -> Any:
    """Return what a parameter gives its command."""
    param = Param(annotation, multiple=multiple)
    command = SimpleNamespace(get_params=lambda ctx: [param])
    take_plain_values(command)
    for _ in range(2):  # a command is asked for its parameters more than once
        assert command.get_params(None) == [param]
    return param.get_runtime_param().coerce(value, param=param, ctx=None)


@pytest.mark.parametrize(
    ("annotation", "value", "taken"),
    [
        (str, "a", "a"),
        (str, "", ""),
        (Path, "a/b", Path("a/b")),
        (list[Path], ["a", "b"], [Path("a"), Path("b")]),
        (list[str], [], []),
        (Literal["table", "csv"], "csv", "csv"),
        (int, 7, 7),
        (bool, None, None),
        (Literal["table", "csv"], "xml", "typer"),
        (int, "7", "typer"),
        (list[int], ["7"], "typer"),
        (float, True, "typer"),
    ],
)
def test_a_value(annotation: Any, value: Any, taken: Any) -> None:
    assert coerce(annotation, value) == taken


def test_no_value_of_many_is_none() -> None:
    assert coerce(list[str], None, multiple=True) == ()


def test_another_typer_converts_all() -> None:
    param = SimpleNamespace(convert="typer")
    command = SimpleNamespace(get_params=lambda ctx: [param])
    take_plain_values(command)
    assert command.get_params(None) == [param]
    assert vars(param) == {"convert": "typer"}
