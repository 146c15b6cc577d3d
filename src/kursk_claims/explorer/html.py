"""Render the page of a release: one HTML file that needs no network."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from kursk_claims.explorer.payload import collect_payload
from kursk_claims.release.source import Source
from kursk_claims.workspace import Workspace

ASSETS = Path(__file__).parent
SCRIPTS = ("digest.js", "copy.js", "charts.js", "claims.js", "page.js")


def render_page(source: Source, workspace: Workspace) -> str:
    """Render the page of a release, or of a workspace's records, as HTML.

    All text is escaped, and the content security policy allows no script but those of the page, by their digests.
    Raises `WorkspaceError` if the source has no claims.
    """
    import jinja2
    import vl_convert

    # A script element ends at the first of these characters, even within a string.
    vega = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    vega = vega.replace("</script", "<\\/script").replace("<!--", "<\\!--")
    # A scope of its own keeps the names of the page apart from those of the bundle.
    page = '(() => {\n"use strict";\n' + "\n".join(map(_read_asset, SCRIPTS)) + "})();\n"
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_read_asset("page.html.j2")).render(
        payload=collect_payload(source, workspace),
        style=_read_asset("page.css"),
        scripts=[vega, page],
        hashes=[_csp_hash(vega), _csp_hash(page)],
    )


def _csp_hash(script: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _read_asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")
