"""Gather what the documentation site shows: `PYTHONPATH=tests python -m website.pages FOLDER`.

The pages of the repository keep their paths, so that their links work here as they do there. Files that they link to, such as
`schemas/rules.sql`, are copied too. The reference is generated from the code, the schemas and the cases of the tests, and never
committed.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from website.checks import render_checks
from website.commands import render_commands
from website.python import render_python
from website.rules import render_rules
from website.tables import render_tables, render_views

from documentation import ROOT, list_pages

MORE_PAGES = ("dataset/README.md", "benchmarks/check/table.md")
REFERENCE = {
    "commands": render_commands,
    "python": render_python,
    "tables": render_tables,
    "views": render_views,
    "rules": render_rules,
    "checks": render_checks,
}


def gather_pages(folder: Path) -> None:
    """Write the configuration and all pages into a folder, and remove what was there before."""
    shutil.rmtree(folder / "pages", ignore_errors=True)
    pages = list_pages() | {path: (ROOT / path).read_text(encoding="utf-8") for path in MORE_PAGES}
    pages |= {f"reference/{name}.md": render() for name, render in REFERENCE.items()}
    for path, text in pages.items():
        target = folder / "pages" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
        for linked in _linked_files(path, text):
            if linked not in pages:
                _copy(ROOT / linked, folder / "pages" / linked)
    _copy(ROOT / "website" / "site.css", folder / "pages" / "site.css")
    _copy(ROOT / "website" / "zensical.toml", folder / "zensical.toml")


def _linked_files(page: str, text: str) -> list[str]:
    """Return the files of the repository to which a page links. A link to nothing is left for the strict build to report."""
    targets = re.findall(r"\]\(([^)#\s]+)", text)
    paths = [(ROOT / page).parent.joinpath(target).resolve() for target in targets if "://" not in target]
    return [path.relative_to(ROOT).as_posix() for path in paths if path.is_file() and path.is_relative_to(ROOT)]


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


if __name__ == "__main__":
    gather_pages(Path(sys.argv[1]))
