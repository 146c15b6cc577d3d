"""The page of the Python interface, from the docstrings; mkdocstrings renders each object that it names."""

from __future__ import annotations

import kursk_claims

INTRODUCTION = """# Python

```python
import kursk_claims
```
"""
OBJECTS = {
    "Reports": ["kursk_claims.report.model.Report", "kursk_claims.report.model.Finding", "kursk_claims.report.model.Skipped"],
    "Errors": ["kursk_claims.errors"],
}


def render_python() -> str:
    """Render a page of directives for the public functions, reports and errors."""
    public = [f"kursk_claims.{name}" for name in kursk_claims.__all__ if not name.startswith("_")]
    parts = [INTRODUCTION, *map(_directive, public)]
    for title, names in OBJECTS.items():
        parts += [f"## {title}\n", *map(_directive, names)]
    return "\n".join(parts)


def _directive(name: str) -> str:
    is_module = name == "kursk_claims.errors"
    options = "    options: {show_root_heading: false, show_root_toc_entry: false}\n" if is_module else ""
    return f"::: {name}\n{options}"
