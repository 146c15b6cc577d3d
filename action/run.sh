#!/usr/bin/env bash
# The steps of action.yml: `key` names the cache, `install` makes an environment of pinned packages, `check` runs the check.
# What a workflow says arrives in variables, never in the text of a script.
#
# The folder that is checked is somebody else's. Python imports nothing from it: it runs isolated (-I), and variables such as
# PYTHONPATH are removed, also for the processes that pip starts. Only `check` runs in that folder, since its paths are relative.
# PIP_INDEX_URL and other settings of pip stay in force for those who use a mirror; the hashes decide what may be installed.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
checked=$PWD
home=${RUNNER_TEMP:?is set by the runner}/kursk-claims
environment=$home/environment
cache=$home/cache
lock=$here/requirements/action.txt

unset "${!PYTHON@}"
export PYTHONSAFEPATH=1 PYTHONNOUSERSITE=1 # what -I does, for programs that are started without it
mkdir -p "$home"
cd "$home"

key() {
    "$KURSK_CLAIMS_PYTHON" -I - "$lock" >> "$GITHUB_OUTPUT" << 'END'
import hashlib, pathlib, sys
print("digest=" + hashlib.sha256(pathlib.Path(sys.argv[1]).read_bytes() + sys.version.encode()).hexdigest()[:32])
END
    echo "folder=$cache" >> "$GITHUB_OUTPUT"
}

install() {
    "$KURSK_CLAIMS_PYTHON" -I -m venv "$environment"
    export PIP_CACHE_DIR=$cache PIP_DISABLE_PIP_VERSION_CHECK=1
    program python -I -m pip --quiet install --require-hashes -r "$lock"
    program python -I -m pip --quiet install --no-deps --no-build-isolation "$here"
    program kursk-claims --version
}

check() {
    local sarif=$home/findings.sarif path code=0
    local arguments=(--contract "${KURSK_CLAIMS_CONTRACT:-package}" --format sarif --output "$sarif")
    arguments+=(--fail-on "$KURSK_CLAIMS_FAIL_ON" --max-findings "$KURSK_CLAIMS_MAX_FINDINGS")
    [ -z "${KURSK_CLAIMS_TABLE:-}" ] || arguments+=(--table "$KURSK_CLAIMS_TABLE")
    [ -z "${KURSK_CLAIMS_AGAINST:-}" ] || arguments+=(--against "$KURSK_CLAIMS_AGAINST")
    arguments+=(--)
    while read -r path; do # without the space around it
        [ -z "$path" ] || arguments+=("$path")
    done <<< "${KURSK_CLAIMS_PATHS//$'\r'/}"

    rm -f "$sarif"
    cd "$checked"
    program kursk-claims check "${arguments[@]}" || code=$?
    echo "exit-code=$code" >> "$GITHUB_OUTPUT"
    [ ! -f "$sarif" ] || echo "sarif=$sarif" >> "$GITHUB_OUTPUT"
    return "$code"
}

program() { # of the environment, where Windows has another name for its folder
    local folder=$environment/bin
    [ -d "$folder" ] || folder=$environment/Scripts
    "$folder/$1" "${@:2}"
}

"$1"
