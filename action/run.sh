#!/usr/bin/env bash
# The steps of action.yml: `key` names the cache, `install` makes an environment of pinned packages, `check` runs the check.
# What a workflow says arrives in variables, never in the text of a script.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
environment=${RUNNER_TEMP:?is set by the runner}/kursk-claims/environment
cache=$RUNNER_TEMP/kursk-claims/cache
lock=$here/requirements/action.txt

key() {
    "$KURSK_CLAIMS_PYTHON" - "$lock" >> "$GITHUB_OUTPUT" << 'END'
import hashlib, pathlib, sys
print("digest=" + hashlib.sha256(pathlib.Path(sys.argv[1]).read_bytes() + sys.version.encode()).hexdigest()[:32])
END
    echo "folder=$cache" >> "$GITHUB_OUTPUT"
}

install() {
    "$KURSK_CLAIMS_PYTHON" -m venv "$environment"
    export PIP_CACHE_DIR=$cache PIP_DISABLE_PIP_VERSION_CHECK=1
    pip install --require-hashes -r "$lock"
    pip install --no-deps --no-build-isolation "$here"
    program kursk-claims --version
}

check() {
    local sarif=$RUNNER_TEMP/kursk-claims/findings.sarif path code=0
    local arguments=(--format sarif --output "$sarif" --fail-on "$KURSK_CLAIMS_FAIL_ON" --max-findings "$KURSK_CLAIMS_MAX_FINDINGS")
    [ -z "${KURSK_CLAIMS_TABLE:-}" ] || arguments+=(--table "$KURSK_CLAIMS_TABLE")
    [ -z "${KURSK_CLAIMS_AGAINST:-}" ] || arguments+=(--against "$KURSK_CLAIMS_AGAINST")
    [ -z "${KURSK_CLAIMS_WORKSPACE:-}" ] || arguments+=(--workspace "$KURSK_CLAIMS_WORKSPACE")
    arguments+=(--)
    while IFS= read -r path; do
        [ -z "$path" ] || arguments+=("$path")
    done <<< "${KURSK_CLAIMS_PATHS//$'\r'/}"

    rm -f "$sarif"
    program kursk-claims check "${arguments[@]}" || code=$?
    echo "exit-code=$code" >> "$GITHUB_OUTPUT"
    [ ! -f "$sarif" ] || echo "sarif=$sarif" >> "$GITHUB_OUTPUT"
    return "$code"
}

pip() {
    program python -m pip --quiet "$@"
}

program() { # of the environment, where Windows has another name for its folder
    local folder=$environment/bin
    [ -d "$folder" ] || folder=$environment/Scripts
    "$folder/$1" "${@:2}"
}

"$1"
