"""Versions and addresses as people write them, proxies, and machines without a network."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from downloads import HASTY, fault, release_wells
from kursk_claims.download.suggestions import suggest_address
from kursk_claims.release.lookup import choose_version, suggest_version
from misbehaving_host import Host, running
from support import Call, Copy

VERSIONS = ["1.0.0", "1.1.0", "2.0.0"]


@pytest.mark.parametrize(
    ("wanted", "version"),
    [
        ("1.1.0", "1.1.0"),
        ("v1.1.0", "1.1.0"),
        ("V1.1.0", "1.1.0"),
        ("latest", "2.0.0"),
        ("LATEST", "2.0.0"),
        (None, "2.0.0"),
        ("1.1", None),
        ("vv1.1.0", None),
        ("3.0.0", None),
        ("", None),
    ],
)
def test_which_version_is_meant(wanted: str | None, version: str | None) -> None:
    assert choose_version(wanted, VERSIONS) == version


@pytest.mark.parametrize(
    ("wanted", "suggestion"),
    [
        ("1.1", " (did you mean 1.1.0?)"),
        ("v1.1", " (did you mean 1.1.0?)"),
        ("2", " (did you mean 2.0.0?)"),
        ("release-1.1.0", " (did you mean 1.1.0?)"),
        ("1,1,0", " (did you mean 1.1.0?)"),
        ("1", ""),
        ("3.0.0", ""),
        ("newest", ""),
        (None, ""),
    ],
)
def test_a_version_is_suggested_if_only_one_can_be_meant(wanted: str | None, suggestion: str) -> None:
    assert suggest_version(wanted, VERSIONS) == suggestion


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The workspace about wells with two releases. Not to be changed."""
    return release_wells(tmp_path_factory.mktemp("released") / "wells", "1.0.0", "1.0.1")


COMMANDS = {
    "query": ["query", "SELECT count(*) AS n FROM wells", "--release", "{}"],
    "describe": ["describe", "wells", "--release", "{}"],
    "export": ["export", "{out}", "--release", "{}"],
    "verify": ["verify", "{}"],
    "diff": ["diff", "1.0.0", "{}"],
    "check": ["check", "{wells}", "--against", "{}"],
    "check --contract": ["check", "{wells}", "--contract", "{}"],
    "download": ["download", "{}", "--from", "{build}", "--to", "{out}"],
}


def arguments(command: str, version: str, released: Copy, out: Path) -> list[str]:
    names = {"out": out / "out", "wells": released.csv("wells"), "build": released.root / "build"}
    words = [word.format(version, **names) for word in COMMANDS[command]]
    return words if command == "download" else [*words, "--workspace", str(released.root)]


@pytest.fixture(autouse=True)
def _package(released: Copy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The package has the same releases, so that it has a contract for each."""
    monkeypatch.setattr("kursk_claims.workspace.PACKAGED", released.root)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_takes_versions_as_people_write_them(command: str, call: Call, released: Copy, tmp_path: Path) -> None:
    for number, version in enumerate(("1.0.1", "v1.0.1", *(["latest"] if command != "check --contract" else []))):
        (tmp_path / str(number)).mkdir()
        outcome = call(*arguments(command, version, released, tmp_path / str(number)))
        assert outcome.code == 0, outcome.err
    wrong = call(*arguments(command, "1.0", released, tmp_path))
    assert wrong.code == 2
    assert "1.0.0, 1.0.1" in wrong.err
    unique = call(*arguments(command, "1.0.1.0", released, tmp_path))
    assert unique.code == 2
    assert "did you mean 1.0.1?" in unique.err


def test_a_contract_is_never_the_latest(call: Call, released: Copy) -> None:
    outcome = call("check", released.csv("wells"), "--contract", "latest", "--workspace", released.root)
    assert outcome.code == 2
    assert "found `latest`. Name the version." in outcome.err


def test_a_folder_with_the_name_of_a_version_is_a_folder(call: Call, released: Copy, tmp_path: Path) -> None:
    (tmp_path / "latest").symlink_to(released.root / "build" / "1.0.0")
    outcome = call("verify", "latest", "--workspace", released.root)
    assert outcome.out.startswith("1.0.0: ")


def test_versions_of_a_lock_and_offline(call: Call, released: Copy, tmp_path: Path) -> None:
    build, to = released.root / "build", tmp_path / "copies"
    assert call("download", "v1.0.0", "--from", build, "--to", to, "--lock").code == 0
    assert call("download", "v1.0.0", "--to", to).code == 0
    other = call("download", "latest", "--to", to)
    assert other.code == 2
    assert "pins 1.0.0; add --lock to pin the latest release instead" in other.err
    assert call("download", "latest", "--from", build, "--to", to, "--lock").out.endswith("1.0.1\n")
    (tmp_path / "kursk-claims.lock").unlink()
    assert call("download", "latest", "--to", to, "--offline").out.endswith("1.0.1\n")
    assert call("download", "v1.0.0", "--to", to, "--offline").out.endswith("1.0.0\n")
    missing = call("download", "1.0.1.0", "--to", to, "--offline")
    assert missing.code == 2
    assert "did you mean 1.0.1?" in missing.err


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("releases.harbour.example/build", "https://releases.harbour.example/build"),
        ("www.harbour.example", "https://www.harbour.example"),
        ("harbour.example:8443/build/", "https://harbour.example:8443/build/"),
        ("localhost:8000", "http://localhost:8000"),
        ("127.0.0.1:8000/build", "http://127.0.0.1:8000/build"),
        ("https://harbour.example/build/index.json", "https://harbour.example/build/"),
        ("github.com/harbour/ships", "https://raw.githubusercontent.com/harbour/ships/HEAD/build/"),
        ("https://github.com/harbour/ships.git", "https://raw.githubusercontent.com/harbour/ships/HEAD/build/"),
        (
            "https://github.com/harbour/ships/tree/main/data/build",
            "https://raw.githubusercontent.com/harbour/ships/main/data/build/",
        ),
        (
            "https://github.com/harbour/ships/blob/v1/build/index.json",
            "https://raw.githubusercontent.com/harbour/ships/v1/build/",
        ),
        ("https://git.example/a/ships/-/tree/main/build", "https://git.example/a/ships/-/raw/main/build/"),
    ],
)
def test_an_address_that_holds_no_releases_is_explained(source: str, address: str, tmp_path: Path) -> None:
    words = str(fault(source, tmp_path / "target"))
    assert f"(did you mean {address}?). Nothing was fetched." in words
    assert source in words


@pytest.mark.parametrize(
    "source",
    [
        "build",
        "./build.d/next",
        "../harbour.example/build",
        "/srv/harbour.example/build",
        "https://harbour.example/build/",
        "https://raw.githubusercontent.com/harbour/ships/main/build/",
        "https://github.com/harbour/ships/releases/download/v1/",
        "https://github.com/harbour/ships/raw/main/build/",
    ],
)
def test_other_sources_are_taken_as_they_are(source: str) -> None:
    assert suggest_address(source) is None


def test_a_folder_that_looks_like_an_address_is_a_folder(call: Call, released: Copy, tmp_path: Path) -> None:
    (tmp_path / "harbour.example").mkdir()
    (tmp_path / "harbour.example" / "build").symlink_to(released.root / "build")
    assert call("download", "--from", "harbour.example/build", "--to", tmp_path / "copy").code == 0


def test_the_proxy_is_named_without_its_password(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    monkeypatch.setenv("HTTPS_PROXY", f"http://someone:secret@127.0.0.1:{port}")
    monkeypatch.setattr("kursk_claims.download.retry.Retry.sleep", lambda *_: None)
    outcome = call("download", "--from", "https://releases.harbour.example/build", "--to", tmp_path / "copy")
    assert outcome.code == 2
    assert f"through the proxy http://127.0.0.1:{port} to {tmp_path}/copy" in outcome.err
    assert f"no connection through the proxy http://127.0.0.1:{port}" in outcome.err
    assert "HTTPS_PROXY or ALL_PROXY" in outcome.err
    assert "NO_PROXY" in outcome.err
    assert "secret" not in outcome.err


def test_no_proxy_is_named_where_none_is_used(
    call: Call, released: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with running(Host(released.root / "build")) as host:
        outcome = call("download", "--from", host.url, "--to", tmp_path / "copy")
    assert outcome.code == 0, outcome.err
    assert "through the proxy" not in outcome.err


def test_without_a_network_the_message_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", offline)
    words = str(fault("https://releases.harbour.example/build", tmp_path / "target", policy=HASTY))
    for advice in ("offline", "HTTPS_PROXY", "--from", "--offline", "release in the package"):
        assert advice in words
