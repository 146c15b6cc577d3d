"""Puts the schemas and the newest release into the wheel, below the package, and the digests of all releases."""

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PLACE = "kursk_claims/workspace"


class WorkspaceHook(BuildHookInterface[Any]):
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
