"""What the package says about itself on PyPI and Zenodo, from `dataset.yaml` and the README."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hatch_build import IdentityHook, link_to_site

from support import ROOT

README = (
    "# T\n\n[Queries](docs/query.md#run), [codebook](dataset/README.md), [law](LICENSE), "
    "[out](https://a.example/x.md), [here](#t)\n"
)


def describe(folder: Path, **dataset: object) -> dict[str, Any]:
    (folder / "dataset").mkdir()
    (folder / "dataset" / "dataset.yaml").write_text(yaml.safe_dump(dataset), encoding="utf-8")
    (folder / "README.md").write_text(README, encoding="utf-8")
    metadata: dict[str, Any] = {}
    IdentityHook(str(folder), {}).update(metadata)
    return metadata


def test_a_homepage_is_where_the_links_lead(tmp_path: Path) -> None:
    metadata = describe(tmp_path, authors=["Ada Example", "Bo Example"], homepage="https://site.example/claims/")
    assert metadata["authors"] == [{"name": "Ada Example"}, {"name": "Bo Example"}]
    assert metadata["urls"]["Homepage"] == "https://site.example/claims"
    assert metadata["urls"]["Changelog"] == "https://site.example/claims/CHANGELOG/"
    assert metadata["readme"]["text"] == (
        "# T\n\n[Queries](https://site.example/claims/docs/query/#run), [codebook](https://site.example/claims/dataset/), "
        "[law](https://site.example/claims/LICENSE), [out](https://a.example/x.md), [here](#t)\n"
    )


def test_without_a_homepage_there_are_words_instead_of_links(tmp_path: Path) -> None:
    metadata = describe(tmp_path, authors=["Ada Example"])
    assert "urls" not in metadata
    assert metadata["readme"]["text"] == "# T\n\nQueries, codebook, law, [out](https://a.example/x.md), [here](#t)\n"


@pytest.mark.parametrize(
    ("homepage", "expected"),
    [("", "before  after"), ("https://s.example", "before ![A map](https://s.example/docs/map.png) after")],
)
def test_a_picture_is_shown_from_the_site_or_left_out(homepage: str, expected: str) -> None:
    assert link_to_site("before ![A map](docs/map.png) after", homepage) == expected


def test_zenodo_gets_the_identity_of_the_dataset() -> None:
    dataset = yaml.safe_load((ROOT / "dataset" / "dataset.yaml").read_text(encoding="utf-8"))
    zenodo = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
    assert zenodo["title"] == dataset["title"]
    assert [each["name"] for each in zenodo["creators"]] == dataset["authors"]
    assert zenodo["license"] == dataset["license"]["name"].lower()
    assert zenodo["keywords"] == dataset["keywords"]
    assert zenodo["upload_type"] == "dataset"
