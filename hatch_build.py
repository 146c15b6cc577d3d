"""Puts the schemas and the newest release into the wheel, below the package."""

import json
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PLACE = "kursk_claims/workspace"


class WorkspaceHook(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":  # a copy would go stale beside the checkout
            return
        newest = json.loads(Path(self.root, "build", "index.json").read_text(encoding="utf-8"))["latest"]
        for path in ("schemas", "build/index.json", f"build/{newest}"):
            build_data["force_include"][path] = f"{PLACE}/{path}"
