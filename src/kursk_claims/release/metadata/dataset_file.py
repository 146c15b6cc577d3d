"""Read `dataset/dataset.yaml`: the name, authors, licence and sources of a dataset."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kursk_claims.contract.strict_yaml import YamlMapping, load_yaml
from kursk_claims.errors import ContractError
from kursk_claims.suggest import did_you_mean

DATASET_FILE = "dataset.yaml"
LICENSE_FILE = "LICENSE-DATA"  # the text of the licence, in the root of a workspace
WEB_ADDRESS = re.compile(r"https?://[^\s<>\"'()\\]+")
EXAMPLE = """name: my-claims
title: Claims of an article about my town
authors: [Ada Example]
license: {name: CC-BY-4.0, title: Creative Commons Attribution 4.0, url: 'https://creativecommons.org/licenses/by/4.0/'}"""


@dataclass(frozen=True)
class License:
    """A licence: an SPDX id, or a name of one's own that starts with `LicenseRef-`; its title; its address, if any."""

    name: str
    title: str
    url: str | None = None

    @property
    def is_spdx(self) -> bool:
        return not self.name.startswith("LicenseRef-")

    @property
    def label(self) -> str:
        """The SPDX id, which readers know, or else the title."""
        return self.name if self.is_spdx else self.title


@dataclass(frozen=True)
class Link:
    """A title, and its address, if any."""

    title: str
    url: str | None = None


@dataclass(frozen=True)
class DatasetFile:
    """The values of `dataset.yaml`; `limitations` are headings of the codebook, `marks` the position of each key."""

    path: Path
    name: str
    title: str
    authors: tuple[str, ...]
    license: License
    keywords: tuple[str, ...] = ()
    language: str | None = None
    default_view: str | None = None
    homepage: str | None = None
    description: str | None = None
    caveat: str | None = None
    sources: tuple[Link, ...] = ()
    limitations: tuple[str, ...] = ()
    marks: dict[str, str] = field(default_factory=dict)

    def error(self, key: str, problem: str) -> ContractError:
        """Create the error for a problem with the value of a key."""
        return ContractError(f"{self.path}:{self.marks[key]}: {key}: {problem}")


def load_dataset_file(path: Path) -> DatasetFile:
    """Read and check the file. Raises `ContractError` with the line and column of the first fault."""
    if not path.is_file():
        lines = (f"  {line}" for line in EXAMPLE.splitlines())
        raise ContractError(f"{path}: the file is missing. A release needs it to name its dataset; for example:", *lines)
    values = load_yaml(path)
    _check(path, "", values, DATASET_KEYS, ("name", "title", "authors", "license"))
    _check(path, "license.", values["license"], LICENSE_KEYS, ("name", "title"))
    for source in values.get("sources", []):
        _check(path, "sources.", source, LINK_KEYS, ("title",))
    return DatasetFile(
        path,
        values["name"],
        values["title"],
        tuple(values["authors"]),
        License(**values["license"]),
        tuple(values.get("keywords", ())),
        values.get("language"),
        values.get("default_view"),
        values.get("homepage"),
        values.get("description"),
        values.get("caveat"),
        tuple(Link(**source) for source in values.get("sources", [])),
        tuple(values.get("limitations", ())),
        values.marks,
    )


def _matches(pattern: str) -> Callable[[Any], bool]:
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and len(value) <= 200 and compiled.fullmatch(value) is not None


def _is_line(value: Any) -> bool:
    return isinstance(value, str) and value.isprintable() and 0 < len(value.strip()) <= 200


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value.replace("\n", "").isprintable()


def _is_list_of(is_valid: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and bool(value) and all(map(is_valid, value))


def _is_mapping(value: Any) -> bool:
    return isinstance(value, YamlMapping)


# By key: the valid values in words and in code.
Keys = dict[str, tuple[str, Callable[[Any], bool]]]
LINE = ("one line of text", _is_line)
LINES = ("a list of texts", _is_list_of(_is_line))
ADDRESS = ("an address that starts with https:// or http://", _matches(WEB_ADDRESS.pattern))
DATASET_KEYS: Keys = {
    "name": ("small letters, digits and hyphens", _matches("[a-z][a-z0-9]*(-[a-z0-9]+)*")),
    "title": LINE,
    "authors": LINES,
    "license": ("the keys name, title and, if there is one, url", _is_mapping),
    "keywords": LINES,
    "language": ("a language tag such as en", _matches("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")),
    "default_view": ("the name of a table or view", _is_line),
    "homepage": ADDRESS,
    "description": ("text", _is_text),
    "caveat": LINE,
    "sources": ("a list of entries with the keys title and, if there is one, url", _is_list_of(_is_mapping)),
    "limitations": ("a list of headings of the codebook", _is_list_of(_is_line)),
}
LICENSE_KEYS: Keys = {
    "name": ("an SPDX identifier such as CC-BY-4.0, or LicenseRef- and a name", _matches("[A-Za-z0-9][A-Za-z0-9.+-]*")),
    "title": LINE,
    "url": ADDRESS,
}
LINK_KEYS: Keys = {"title": LINE, "url": ADDRESS}


def _check(path: Path, prefix: str, values: YamlMapping, keys: Keys, required: tuple[str, ...]) -> None:
    for key, value in values.items():
        position = f"{path}:{values.marks[key]}: {prefix}{key}"
        if key not in keys:
            raise ContractError(f"{position}: unknown key{did_you_mean(key, keys)}")
        expected, is_valid = keys[key]
        if not is_valid(value):
            raise ContractError(f"{position}: expected {expected}, found {repr(value)[:100]}")
    first = next(iter(values.marks.values()), "1:1")
    for key in required:
        if key not in values:
            raise ContractError(f"{path}:{first}: {prefix}{key}: missing; expected {keys[key][0]}")
