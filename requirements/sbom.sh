#!/usr/bin/env bash
# Writes the bill of materials of the tool and of what builds it, from what is installed by the pins of action.txt.
set -euo pipefail
cd "$(dirname "$0")/.."

out=${1:-build/sbom.cdx.json}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for name in action sbom; do
    ${PYTHON:-python3} -m venv "$scratch/$name"
    "$scratch/$name/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "requirements/$name.txt"
done
"$scratch/action/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation .
version=$("$scratch/action/bin/kursk-claims" --version)
"$scratch/action/bin/python" -m pip uninstall --quiet --yes setuptools pip
"$scratch/sbom/bin/cyclonedx-py" environment "$scratch/action/bin/python" --pyproject pyproject.toml \
    --spec-version 1.6 --output-reproducible --validate --output-file "$scratch/sbom.json"
# Links to the packages' pages say nothing of what is in them, and change between builds.
"$scratch/sbom/bin/python" - "$scratch/sbom.json" "${version##* }" > "$scratch/bare.json" <<'PYTHON'
import json, sys

bom = json.load(open(sys.argv[1], encoding="utf-8"))
bom["metadata"]["component"]["version"] = sys.argv[2]
for each in [bom["metadata"]["component"], *bom["components"], *bom["metadata"].get("tools", {}).get("components", [])]:
    each.pop("externalReferences", None)
print(json.dumps(bom, indent=1, sort_keys=True, ensure_ascii=False))
PYTHON
mv "$scratch/bare.json" "$out"
