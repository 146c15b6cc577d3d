"""Standard input, output and error: always UTF-8, and a closed pipe is not an error."""

from __future__ import annotations

import io
import os
import sys
from typing import Any


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


def _output(stream: Any, *, line_buffering: bool = False) -> io.TextIOWrapper:
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")
    if stream.isatty():
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
        return stream  # type: ignore[no-any-return]
    raw = io.BufferedWriter(_Pipe(stream.fileno(), "w", closefd=False))
    return io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace", line_buffering=line_buffering)
