"""Puts the records, the schemas and the newest release into the wheel, below the package."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WorkspaceHook(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":  # a copy would go stale beside the checkout
            return
        for folder in ("dataset", "schemas"):
            build_data["force_include"][folder] = f"kursk_claims/workspace/{folder}"
