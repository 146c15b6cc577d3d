"""Take the values of parameters that need no conversion without pydantic, which takes as long to load as DuckDB to answer.

typer converts each value with it. Where a value is of no plain type, is not as expected, or where another typer keeps its
parameters in another way, typer does all of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, get_args, get_origin


def take_plain_values(command: Any) -> None:
    """Let a command take texts, choices and paths as they are."""
    get_params = command.get_params

    def get_plain_params(ctx: Any) -> list[Any]:
        params: list[Any] = get_params(ctx)
        for param in params:
            is_known = hasattr(param, "get_runtime_param") and hasattr(param, "type_descriptor")
            if is_known and "get_runtime_param" not in vars(param):
                param.get_runtime_param = PlainValues(param.get_runtime_param, param.type_descriptor.annotation).get
        return params

    command.get_params = get_plain_params


class PlainValues:
    """Stands before typer's conversion of one parameter, which `get_typers` returns."""

    def __init__(self, get_typers: Any, annotation: Any) -> None:
        self._get_typers = get_typers
        self._annotation = annotation

    def get(self) -> PlainValues:
        return self

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return the value for the command's function; raises typer's error if the value is not as expected."""
        if value is None:
            return () if param.multiple or param.nargs == -1 else None
        if get_origin(self._annotation) is list and isinstance(value, (list, tuple)):
            values = [_plain_value(item, get_args(self._annotation)[0]) for item in value]
            if None not in values:
                return values
        elif (plain := _plain_value(value, self._annotation)) is not None:
            return plain
        return self._get_typers().coerce(value, param=param, ctx=ctx)


def _plain_value(value: Any, annotation: Any) -> Any:
    """Return the value with the type of the annotation, or None if that takes more than a look."""
    if annotation is Path and isinstance(value, (str, Path)):
        return Path(value)
    if annotation is str and isinstance(value, str):
        return value
    if annotation in (int, float) and type(value) is annotation:  # a default
        return value
    return value if get_origin(annotation) is Literal and value in get_args(annotation) else None
