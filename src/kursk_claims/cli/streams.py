"""Standard input, output and error: always UTF-8, and a closed pipe is not an error."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable
from typing import Any

from kursk_claims.escaping import neutralize_workflow_commands


class _Log(io.TextIOWrapper):
    """An output that GitHub's runner reads: complete lines are written, and none of them can be a command to it.

    What is meant as a command is written to `buffer`.
    """

    _line = ""

    def write(self, text: str, /) -> int:
        lines, end, self._line = (self._line + text).rpartition("\n")
        super().write(neutralize_workflow_commands(lines) + end)
        return len(text)

    def flush(self) -> None:
        super().write(neutralize_workflow_commands(self._line))
        self._line = ""
        super().flush()


class _Pipe(io.FileIO):
    """An output whose reader may stop early, as with `| head`; further output is discarded."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except OSError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())  # for the rest of the buffer
            if isinstance(error, BrokenPipeError):
                return len(data)
            raise


def prepare_streams() -> None:
    """Replace the streams of `sys`; a closed stream is replaced by the null device."""
    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: SIM115
    sys.stdin.reconfigure(encoding="utf-8", errors="strict")  # type: ignore[union-attr]
    sys.stdout = _output(sys.stdout)
    sys.stderr = _output(sys.stderr, line_buffering=True)


def is_on_github() -> bool:
    """Return whether GitHub's runner reads what this process prints."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def write_commands(stream: Any, lines: Iterable[str]) -> None:
    """Write commands to GitHub's runner."""
    stream.flush()
    stream.buffer.write("".join(f"{line}\n" for line in lines).encode())
    stream.buffer.flush()


def _output(stream: Any, *, line_buffering: bool = False) -> io.TextIOWrapper:
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")
    if stream.isatty():
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
        return stream  # type: ignore[no-any-return]
    raw = io.BufferedWriter(_Pipe(stream.fileno(), "w", closefd=False))
    wrapper = _Log if is_on_github() else io.TextIOWrapper
    return wrapper(raw, encoding="utf-8", errors="backslashreplace", line_buffering=line_buffering)
