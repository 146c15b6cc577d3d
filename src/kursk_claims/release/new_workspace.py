"""Create a workspace with everything that a release needs, apart from claims."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Template

from kursk_claims.contract.loader import load_workspace_contract
from kursk_claims.errors import UsageError, WorkspaceError
from kursk_claims.files import place_directory, staging_directory
from kursk_claims.outputs import resolve_output
from kursk_claims.release.metadata.dataset_file import DATASET_KEYS, LICENSE_KEYS, Keys, License
from kursk_claims.report.values import list_some
from kursk_claims.suggest import did_you_mean
from kursk_claims.workspace import find_package_workspace

TEMPLATE = Path(__file__).parent / "template"  # `dot-` at the start of a name stands for a dot
CORE_CODES = "core_codes.csv"  # in the package's schemas: all codes of closed lists, and a start for the open ones
LICENSES = {
    license.name: license
    for license in (
        License("CC-BY-4.0", "Creative Commons Attribution 4.0", "https://creativecommons.org/licenses/by/4.0/"),
        License("CC-BY-SA-4.0", "Creative Commons Attribution-ShareAlike 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
        License("CC0-1.0", "Creative Commons Zero 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        License("ODbL-1.0", "Open Database License 1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
        License("ODC-By-1.0", "Open Data Commons Attribution 1.0", "https://opendatacommons.org/licenses/by/1-0/"),
    )
}


@dataclass(frozen=True)
class Identity:
    """Whose dataset it is: the required values of `dataset.yaml`."""

    name: str
    title: str
    authors: tuple[str, ...]
    license: License


def choose_license(name: str, title: str | None, url: str | None) -> License:
    """Return a known licence, or one of one's own, which needs a title. Raises `UsageError`."""
    known = LICENSES.get(name)
    if known is None and title is None:
        raise UsageError(
            f"--license: unknown licence {name!r}{did_you_mean(name, LICENSES)}. Choose from {', '.join(LICENSES)}, or give "
            "--license-title too, and --license-url if there is one."
        )
    return License(name, title or (known.title if known else name), url or (known.url if known else None))


def choose_identity(folder: Path, name: str | None, title: str | None, authors: tuple[str, ...], license: License) -> Identity:
    """Complete what is missing from the folder's name. Raises `UsageError` for a value that `dataset.yaml` cannot hold."""
    own_name = Path(os.path.abspath(folder)).name
    name = name or re.sub(r"[^a-z0-9]+", "-", own_name.lower()).strip("-")
    title = title or re.sub(r"[-_ ]+", " ", own_name).strip().capitalize()
    identity = Identity(name, title, authors or (f"The authors of {title}",), license)
    _require_valid("--", DATASET_KEYS, {"name": identity.name, "title": identity.title})
    for author in identity.authors:
        _require_valid("--", {"author": DATASET_KEYS["title"]}, {"author": author})
    details = {"name": license.name, "title": license.title} | ({"url": license.url} if license.url else {})
    _require_valid("--license-", LICENSE_KEYS, details)
    return identity


def _require_valid(prefix: str, keys: Keys, values: Mapping[str, str]) -> None:
    for key, value in values.items():
        expected, is_valid = keys[key]
        if not is_valid(value):
            raise UsageError(f"{prefix}{key}: expected {expected}, found {value!r:.100}")


def create_workspace(folder: Path, identity: Identity) -> list[Path]:
    """Write the files of a new workspace, all or none, and return their paths.

    The folder may exist, also with other files, as long as none is replaced. Raises `WorkspaceError` otherwise.
    """
    target = resolve_output(folder)
    files = {**_render_template(identity), **_render_records()}
    if target.exists() and not target.is_dir():
        raise WorkspaceError(f"{folder}: expected a folder, found a file. Name a new folder.")
    if target.exists():
        _add_files(target, files)
    else:
        with staging_directory(target) as staging:
            new = staging / target.name
            new.mkdir()
            _add_files(new, files)
            place_directory(new, target)
    return [target / name for name in sorted(files)]


def _render_template(identity: Identity) -> dict[str, bytes]:
    license = identity.license
    values = {
        "name": identity.name,
        "title": _to_yaml(identity.title),
        "authors": _to_yaml(list(identity.authors)),
        "license": _to_yaml({"name": license.name, "title": license.title} | ({"url": license.url} if license.url else {})),
        "plain_title": identity.title,
        "plain_authors": ", ".join(identity.authors),
        "license_label": f"{license.title} ({license.name})",
        "license_url": f"{license.url}\n" if license.url else "",
        "today": date.today().isoformat(),
    }
    files = {}
    for path in TEMPLATE.rglob("*"):
        if path.is_file():
            name = re.sub("(^|/)dot-", r"\1.", path.relative_to(TEMPLATE).as_posix())
            files[name] = Template(path.read_text(encoding="utf-8")).substitute(values).encode()
    return files


def _to_yaml(value: object) -> str:
    """Return a value in one line of YAML, of which JSON is a part."""
    return json.dumps(value, ensure_ascii=False)


def _render_records() -> dict[str, bytes]:
    """Return the CSV of every table of the package's contract: the header alone, but for the codes."""
    package = find_package_workspace()
    tables = load_workspace_contract(package).tables
    records = {f"dataset/records/{name}.csv": f"{','.join(table.column_names)}\n".encode() for name, table in tables.items()}
    return records | {"dataset/records/codes.csv": (package.schemas / CORE_CODES).read_bytes()}


def _add_files(target: Path, files: Mapping[str, bytes]) -> None:
    """Write files to a folder, all or none. Raises `WorkspaceError` if one is there, or a link where a folder is needed."""
    taken = [name for name in sorted(files) if os.path.lexists(target / name)]
    folders = sorted({parent for name in files for parent in Path(name).parents if parent.name})
    taken += [str(each) for each in folders if (target / each).is_symlink() or (target / each).is_file()]
    if taken:
        raise WorkspaceError(f"{target} has {list_some(taken, 3)} already, and nothing is replaced. Name a new folder.")
    made: list[Path] = []
    try:
        for each in folders:
            if not (target / each).is_dir():
                (target / each).mkdir()
                made.append(target / each)
        for name, content in files.items():
            with (target / name).open("xb") as file:
                made.append(target / name)
                file.write(content)
    except BaseException:
        for path in reversed(made):
            path.rmdir() if path.is_dir() else path.unlink()
        raise
