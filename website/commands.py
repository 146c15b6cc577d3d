"""The page of all commands, with the words of their `--help`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer.main

from kursk_claims.cli.main import app

WIDTH = 88
INTRODUCTION = """# Commands

What `--help` prints for each command. The [README](../README.md#commands) lists them with their purpose, and
[validation](../docs/validate.md#findings) explains the exit codes.
"""


def render_commands() -> str:
    """Render the help of each command, those of a group below it."""
    root: Any = typer.main.get_command(app)
    return "\n".join([INTRODUCTION, *_sections(root, root.make_context("kursk-claims", [], resilient_parsing=True))])


def _sections(group: Any, context: Any) -> Iterator[str]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        inner = command.context_class(command, info_name=name, parent=context, terminal_width=WIDTH, max_content_width=WIDTH)
        full_name = inner.command_path.removeprefix("kursk-claims ")
        yield f"{'#' * (1 + len(full_name.split()))} {full_name}\n\n```text\n{command.get_help(inner)}\n```\n"
        if hasattr(command, "list_commands"):
            yield from _sections(command, inner)
