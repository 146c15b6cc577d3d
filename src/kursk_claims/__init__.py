"""Claims of a news article: who said so, through whom, how firmly, and where in the source to check it.

>>> import kursk_claims as kc
>>> kc.load("claims").height
52
>>> kc.connect().sql("SELECT count(*) FROM claims").fetchall()
[(52,)]
>>> kc.check(kc.load("claims"), table="claims").exit_code
0

`tables` lists what there is to load, `describe` explains the columns of a table, and `cite` says how to cite the data.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import kursk_claims.tables  # noqa: F401  the package, loaded before the function of the same name takes its place here
from kursk_claims._version import __version__

if TYPE_CHECKING:
    from kursk_claims.api.catalog import describe, tables
    from kursk_claims.api.check import check
    from kursk_claims.api.citation import cite
    from kursk_claims.api.connection import connect, schema
    from kursk_claims.api.load import load, table

__all__ = ["__version__", "check", "cite", "connect", "describe", "load", "schema", "table", "tables"]

# The module of each function, which is imported when the function is first used.
_MODULES = {
    "check": "check",
    "cite": "citation",
    "connect": "connection",
    "describe": "catalog",
    "load": "load",
    "schema": "connection",
    "table": "load",
    "tables": "catalog",
}

del tables


if not TYPE_CHECKING:  # to a type checker, a name that is not imported above does not exist

    def __getattr__(name: str) -> Any:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"kursk_claims.api.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
