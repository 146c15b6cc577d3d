"""Packages that are not part of the core: which extra installs each, and what to say if one is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from kursk_claims.errors import MissingPackageError

# The modules that each extra installs. `tests/unit/test_extras.py` compares them with pyproject.toml.
EXTRA_MODULES = {
    "check": "polars pyarrow pandera babel ftfy junitparser num2words rapidfuzz sarif_pydantic text_to_num".split(),
    "curate": ["sentencex"],
    "explore": ["jinja2"],
    "prompt": ["prompt_toolkit"],
    "spark": ["pyspark", "sqlglot", "pandas"],
    "xlsx": ["xlsxwriter"],
}
STANDALONE = ("pandas",)  # of use by itself, apart from the extra that needs it
INCLUDED = {"curate": ["check"], "spark": ["check"]}  # extras that another one installs, too


def require_extra(extra: str) -> None:
    """Raise `MissingPackageError` if a package of an extra, or of one that it includes, is not installed."""
    for each in [*INCLUDED.get(extra, []), extra]:
        for module in EXTRA_MODULES[each]:
            if find_spec(module) is None:
                raise _missing(module, extra)


@contextmanager
def explain_missing_packages() -> Iterator[None]:
    """Raise `MissingPackageError` instead of `ModuleNotFoundError` if the block imports a package of an extra."""
    try:
        yield
    except ModuleNotFoundError as error:
        module = (error.name or "").partition(".")[0]
        extra = next((extra for extra, modules in EXTRA_MODULES.items() if module in modules), None)
        if extra is None:
            raise
        raise _missing(module, "" if module in STANDALONE else extra) from None


def install_command(extra: str) -> str:
    """Return the command that installs an extra."""
    return f"pip install 'kursk-claims[{extra}]'"


def _missing(module: str, extra: str) -> MissingPackageError:
    command = install_command(extra) if extra else f"pip install {module}"
    return MissingPackageError(f"this needs {module}, which is not installed: {command}")
