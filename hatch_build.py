"""Puts the schemas and the newest release into the wheel, and what `dataset.yaml` says into the metadata of the package."""

import json
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import yaml
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

PLACE = "kursk_claims/workspace"


class WorkspaceHook(BuildHookInterface[Any]):
    """Adds the schemas, the newest release, and the digests of all releases."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":  # a copy would go stale beside the checkout
            return
        index = json.loads(Path(self.root, "build", "index.json").read_text(encoding="utf-8"))
        newest = index["latest"]
        shipped = index | {"releases": [entry for entry in index["releases"] if entry["version"] == newest]}
        self.scratch = Path(tempfile.mkdtemp())
        (self.scratch / "index.json").write_text(json.dumps(shipped, indent=2) + "\n", encoding="utf-8")
        build_data["force_include"] |= {
            str(self.scratch / "index.json"): f"{PLACE}/build/index.json",
            "build/index.json": f"{PLACE}/published.json",
            "schemas": f"{PLACE}/schemas",
            f"build/{newest}": f"{PLACE}/build/{newest}",
        }

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            shutil.rmtree(self.scratch)


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
