"""Read the page's script, which is built from `page/` and comes with the installed package."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from kursk_claims.errors import WorkspaceError

BUNDLE = Path(__file__).parent / "bundle"


@dataclass(frozen=True)
class Bundle:
    """The script, and the name, version, license and notice of each library in it."""

    script: str
    libraries: tuple[dict[str, str], ...]


def read_bundle() -> Bundle:
    """Return the page's script. Raises `WorkspaceError` if it was not built."""
    try:
        script = (BUNDLE / "page.js").read_text(encoding="utf-8")
        libraries = json.loads((BUNDLE / "licenses.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WorkspaceError(
            "the script of the page is not built. Run `make page` in the checkout, or install the package from a wheel."
        ) from None
    return Bundle(script, tuple(libraries))
