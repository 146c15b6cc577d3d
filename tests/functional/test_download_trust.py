"""Why a release is taken for genuine: its digest, a lock, what the package knows, and where it is from."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from downloads import INDEX, MANIFEST, NAME, NEWEST, OLDER, PATIENT, assert_there, fault, forge, forge_release, release_wells
from kursk_claims.download import trust
from kursk_claims.download.addresses import check_address, identify_origin
from kursk_claims.download.client import download
from kursk_claims.download.lock_file import LOCK_FILE
from kursk_claims.release.digests import file_sha256
from kursk_claims.release.index import read_index, write_index
from misbehaving_host import Host, other
from support import Call, Copy, build_once

# Pins


def test_the_digest_that_verify_prints_pins_a_download(
    call: Call, released: Copy, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified = call("verify", "1.0.0", "-w", released.root)
    (digest,) = re.findall(r"manifest SHA-256 ([0-9a-f]{64})$", verified.out, re.MULTILINE)
    assert digest == file_sha256(released.root / "build" / "1.0.0" / "manifest.json")
    done = call("download", "1.0.0", "--from", released.root / "build", "--to", target, "--sha256", digest.upper())
    assert (done.code, done.out) == (0, f"{target / '1.0.0'}\n")
    assert f"\nmanifest SHA-256: {digest}\nauthenticity: the digest is that in --sha256\n" in done.err


def test_another_manifest_than_the_pinned_is_refused_before_it_is_fetched(call: Call, host: Host, target: Path) -> None:
    digest = file_sha256(host.root / MANIFEST)
    forge(host, lambda raw: raw.update(date="2026-03-03"))
    done = call("download", NEWEST, "--from", host.url, "--to", target, "--sha256", digest)
    assert (done.code, done.out) == (1, "")
    assert f"expected release 1.1.0 of kursk-claims with the manifest SHA-256 {digest}, as in --sha256, found " in done.err
    assert host.requested == [INDEX]
    assert not target.exists()
    assert call("download", "--from", host.url, "--to", target, "-q").code == 0
    host.forget()
    offline = call("download", "--offline", "--to", target, "--sha256", digest)
    assert (offline.code, offline.out) == (1, "")
    assert "One of the two is not genuine" in offline.err


@pytest.mark.parametrize("digest", ["", "0" * 63, "0" * 65, "g" * 64, "sha256:" + "0" * 64])
def test_a_pin_that_is_no_digest(call: Call, host: Host, target: Path, digest: str) -> None:
    done = call("download", "--from", host.url, "--to", target, "--sha256", digest)
    assert done.code == 2
    assert "expected --sha256 with 64 hexadecimal digits" in done.err
    assert host.requested == []


def test_a_forged_release_is_called_complete_but_not_genuine(call: Call, host: Host, target: Path) -> None:
    forge(host, lambda raw: raw.update(date="2026-03-03"))
    done = call("download", "--from", host.url, "--to", target)
    assert done.code == 0
    assert "authenticity: not checked; compare the digest with one published elsewhere" in done.err
    assert file_sha256(target / MANIFEST) in done.err
    assert "verified" not in done.err


# The lock


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, which is no workspace."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_a_lock_pins_exactly_one_release(call: Call, host: Host, folder: Path, target: Path, builds: Path) -> None:
    lock = folder / LOCK_FILE
    assert call("download", OLDER, "--from", host.url, "--to", target, "--lock").err.endswith(f"pinned in {lock}\n")
    pinned = json.loads(lock.read_text(encoding="utf-8"))
    digest = file_sha256(builds / OLDER / "manifest.json")
    assert pinned == {"name": NAME, "origin": host.url, "version": OLDER, "manifest_sha256": digest}
    shutil.rmtree(target)
    done = call("download", "--to", target)
    assert (done.code, done.out) == (0, f"{target / OLDER}\n")
    assert f"authenticity: the digest is that in {lock}" in done.err
    assert_there(target, builds, OLDER)
    assert call("download", "--offline", "--to", target).out == f"{target / OLDER}\n"
    refused = call("download", NEWEST, "--to", target)
    assert (refused.code, refused.out) == (2, "")
    assert f"pins {OLDER}; add --lock to pin {NEWEST} instead" in " ".join(refused.err.replace("│", "").split())
    assert call("download", "--to", target, "--lock").code == 0
    assert json.loads(lock.read_text(encoding="utf-8"))["version"] == NEWEST


def test_what_is_not_in_the_lock_is_refused(
    call: Call, host: Host, second_host: Host, folder: Path, target: Path, builds: Path
) -> None:
    call("download", "--from", host.url, "--to", target, "--lock")
    shutil.rmtree(target)
    forge(host, lambda raw: raw.update(date="2026-03-03"))
    host.requested.clear()
    done = call("download", "--to", target)
    assert done.code == 1
    assert f"as in {folder / LOCK_FILE}, found " in done.err
    assert host.requested == [INDEX]
    assert not target.exists()
    mirrored = call("download", "--from", second_host.url, "--to", target)  # the digest holds for any host
    assert mirrored.code == 0
    assert_there(target, builds, NEWEST)
    disagree = call("download", "--to", target, "--from", second_host.url, "--sha256", "0" * 64)
    assert (disagree.code, "as in --sha256, found" in disagree.err) == (1, True)


def test_the_lock_of_a_workspace_holds_in_its_folders(
    call: Call, host: Host, wells: Copy, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(wells.root / "dataset" / "records")
    assert call("download", OLDER, "--from", host.url, "--to", target, "--lock").code == 0
    assert (wells.root / LOCK_FILE).is_file()
    assert call("download", "--to", target).out == f"{target / OLDER}\n"
    monkeypatch.chdir(target)
    assert call("download", "--to", target).code == 2


GOOD = {"name": "a", "origin": "/nowhere", "version": "1.0.0", "manifest_sha256": "0" * 64}


WRONG: list[object] = [None, 1, "", "../x\x1b[2J", "\0", []]


@pytest.mark.parametrize(
    "text",
    [
        *["", "{", "[]", "null", "1", "[" * 5000, " " * 20_000, "name = 'a'"],
        *(json.dumps({key: value for key, value in GOOD.items() if key != left_out}) for left_out in GOOD),
        *(json.dumps(GOOD | {key: value}) for key in GOOD for value in WRONG),
    ],
    ids=lambda text: ascii(text)[:40],
)
def test_a_lock_that_is_none(call: Call, folder: Path, target: Path, text: str) -> None:
    (folder / LOCK_FILE).write_text(text, encoding="utf-8")
    done = call("download", "--to", target)
    assert (done.code, done.out) == (2, "")
    assert f"{LOCK_FILE}: expected name, origin, version and manifest_sha256" in done.err
    assert "\x1b" not in done.err
    assert not target.exists()


def test_a_lock_needs_an_origin(call: Call, folder: Path, target: Path) -> None:
    assert "cannot be used with --offline" in " ".join(call("download", "--offline", "--lock").err.replace("│", "").split())


# What the package knows


@pytest.fixture
def published(builds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The digests of all releases, as the wheel has them."""
    path = tmp_path / "published.json"
    shutil.copyfile(builds / INDEX, path)
    monkeypatch.setattr(trust, "PUBLISHED", path)
    return path


def test_a_release_that_the_package_knows(call: Call, host: Host, target: Path, published: Path) -> None:
    done = call("download", "--from", host.url, "--to", target)
    assert "authenticity: the digest is that in the releases that this package knows\n" in done.err
    shutil.rmtree(target)
    genuine = file_sha256(host.root / MANIFEST)
    forge(host, lambda raw: raw.update(date="2026-03-03"))
    host.requested.clear()
    refused = call("download", "--from", host.url, "--to", target)
    (found,) = re.findall(r"found ([0-9a-f]{64})\.", refused.err)
    assert (refused.code, found != genuine, genuine in refused.err) == (1, True, True)
    assert host.requested == [INDEX]
    assert not target.exists()


def test_a_host_that_stays_behind_what_the_package_knows(call: Call, host: Host, target: Path, published: Path) -> None:
    old = json.loads((host.root / INDEX).read_text(encoding="utf-8"))
    old = old | {"latest": OLDER, "releases": old["releases"][:1]}
    host.rules[INDEX] = other(lambda _: json.dumps(old).encode())
    refused = call("download", "--from", host.url, "--to", target)
    assert (refused.code, f"expected {NEWEST} or newer, which this package knows, found {OLDER}" in refused.err) == (2, True)
    assert call("download", "--from", host.url, "--to", target, "--allow-older").code == 0


def test_the_package_knows_nothing_of_another_dataset(call: Call, released: Copy, target: Path, published: Path) -> None:
    assert call("download", "--from", released.root / "build", "--to", target).code == 0


# Spellings of an origin

SPELLINGS = [
    "http://127.0.0.1:{}",
    "HTTP://127.0.0.1:{}/",
    "http://127.0.0.1:{}//",
    "http://127.0.0.1:{}/./",
    "http://localhost:{}",
]
SPELLINGS += ["http://LocalHost:{}/x/..", "http://127.0.0.1:0{}", "http://127.1:{}", "http://2130706433:{}", "http://0x7f.1:{}"]
SPELLINGS += ["http://127.0.0.1:{}/%2E/", "http://127.0.0.1:{}/%2e%2e/"]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_going_back_is_noticed_whatever_the_spelling(host: Host, target: Path, builds: Path, spelling: str) -> None:
    download(host.url, target, policy=PATIENT)
    old = json.loads((builds / INDEX).read_text(encoding="utf-8"))
    old = old | {"latest": OLDER, "releases": old["releases"][:1]}
    for path in (INDEX, f"/{INDEX}", f"x/../{INDEX}", f"%2E/{INDEX}", f"%2e%2e/{INDEX}"):
        host.rules[path] = other(lambda _: json.dumps(old).encode())
    fault(spelling.format(host.server_port), target)
    assert_there(target, builds, NEWEST)


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://Example.ORG", "https://example.org/"),
        ("https://example.org:443/", "https://example.org/"),
        ("https://example.org:0443/", "https://example.org/"),
        ("https://example.org:8443/", "https://example.org:8443/"),
        ("https://example.org./a/", "https://example.org/a/"),
        ("https://example.org//a///b/./c/../%62/", "https://example.org/a/b/b/"),
        ("https://example.org/%7Ea", "https://example.org/~a/"),
        ("https://example.org/A", "https://example.org/A/"),
        ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"),
        ("https://[2001:DB8:0:0::1]/", "https://[2001:db8::1]/"),
        ("http://[::1]:80/", "http://localhost/"),
        ("https://127.0.0.9/", "https://localhost/"),
        ("https://192.0.2.1/", "https://192.0.2.1/"),
    ],
)
def test_the_origin_of_an_address(address: str, origin: str) -> None:
    assert identify_origin(check_address(address)) == origin


# The downloads of a user


@pytest.fixture
def released(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Copy:
    """The small workspace with two releases."""
    shutil.copytree(
        build_once(tmp_path_factory, "two-releases-of-wells", lambda folder: release_wells(folder, "1.0.0", "1.0.1")),
        tmp_path / "released",
    )
    return Copy(tmp_path / "released")


def fetch(call: Call, source: object, *args: object) -> Path:
    done = call("download", "--from", str(source), "-q", *map(str, args))
    assert done.code == 0, done.err
    return Path(done.out.strip())


def test_downloads_lie_apart_by_dataset_and_origin(
    call: Call, host: Host, second_host: Host, released: Copy, tmp_path: Path
) -> None:
    places = [fetch(call, host.url), fetch(call, second_host.url), fetch(call, released.root / "build")]
    assert len({place.parent for place in places}) == 3
    assert [place.parent.parent.name for place in places] == [NAME, NAME, "wells"]
    origins = [(place.parent / "origin.txt").read_text(encoding="utf-8") for place in places]
    assert origins == [f"{host.url}\n", f"{second_host.url}\n", f"{released.root / 'build'}\n"]
    assert all(place.is_relative_to(tmp_path / "data" / "kursk-claims" / "releases") for place in places)
    assert fetch(call, host.url.replace("127.0.0.1", "localhost")) == places[0]
    assert fetch(call, host.url, "--offline") == places[0]
    refused = call("download", "--offline")
    assert (refused.code, refused.out) == (2, "")
    assert "expected one origin of the release, found several" in refused.err
    assert all(f"\n  {origin.strip()} (" in refused.err for origin in origins)


@pytest.mark.parametrize(
    "command",
    [
        ("query", "SELECT 1"),
        ("query", "SELECT 1", "-r", "1.0.1"),
        ("describe",),
        ("export", "wells.sqlite"),
        ("diff", "1.0.0", "1.0.1"),
        ("verify", "1.0.1"),
        ("check", "dataset/records", "--against", "1.0.1"),
    ],
    ids=" ".join,
)
def test_each_command_says_which_download_it_reads(
    call: Call, released: Copy, wells: Copy, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch(call, released.root / "build", "1.0.0")
    fetch(call, released.root / "build")
    monkeypatch.chdir(wells.root)
    done = call(*command)
    assert done.code == 0, done
    assert f"release 1.0.1 of wells, downloaded from {released.root / 'build'}" in done.err


def test_the_newest_is_the_newest_of_all_folders(call: Call, released: Copy, wells: Copy) -> None:
    def answer(*args: object) -> str:
        done = call("query", "SELECT 1", "-w", wells.root, *map(str, args))
        return done.err.splitlines()[-1].partition(",")[0]

    assert answer() == "querying the records"
    fetch(call, released.root / "build", "1.0.0")
    assert answer() == "querying release 1.0.0 of wells"
    shutil.copytree(released.root / "build" / "1.0.0", wells.root / "build" / "1.0.0")
    write_index(wells.root / "build")
    assert answer() == "querying release 1.0.0"
    fetch(call, released.root / "build")
    assert answer() == "querying release 1.0.1 of wells"
    assert answer("-r", "1.0.0") == "querying release 1.0.0"
    assert answer("--records") == "querying the records"
    assert "no release 9.9.9; available: 1.0.0, 1.0.1\n" in call("query", "SELECT 1", "-w", wells.root, "-r", "9.9.9").err


def test_a_contract_does_not_come_from_a_download(call: Call, released: Copy, wells: Copy) -> None:
    fetch(call, released.root / "build")
    done = call("check", wells.root / "dataset" / "records", "-w", wells.root)
    assert f"contract: {wells.root / 'schemas'} (sha256 " in done.err


def test_a_release_of_another_dataset_is_not_found(call: Call, host: Host, wells: Copy) -> None:
    fetch(call, host.url)
    done = call("query", "SELECT 1", "-w", wells.root, "-r", NEWEST)
    assert (done.code, "no release 1.1.0; available: none" in done.err) == (2, True)
    assert call("query", "SELECT 1", "-w", wells.root).err.endswith("querying the records\n")


def test_different_releases_of_one_version_need_a_choice(call: Call, released: Copy, wells: Copy, tmp_path: Path) -> None:
    first = fetch(call, released.root / "build")
    shutil.copytree(released.root / "build", tmp_path / "copied")
    second = fetch(call, tmp_path / "copied")
    assert call("query", "SELECT 1", "-w", wells.root).code == 0  # two copies of the same
    forge_release(tmp_path / "copied" / "1.0.1", CODEBOOK_md=b"Forged.\n")
    shutil.rmtree(second)
    second = fetch(call, tmp_path / "copied")
    for args in ([], ["-r", "1.0.1"]):
        done = call("query", "SELECT 1", "-w", wells.root, *args)
        assert (done.code, done.out) == (2, "")
        assert "expected one release 1.0.1, found different ones. Name the folder of one instead of the version:" in done.err
        assert f"  {first}, from {released.root / 'build'}\n" in done.err
        assert f"  {second}, from {tmp_path / 'copied'}\n" in done.err
    for chosen in (first, second):
        done = call("query", "SELECT 1", "-w", wells.root, "-r", chosen)
        assert done.code == 0
        assert f"querying release 1.0.1 of wells, downloaded from {(chosen.parent / 'origin.txt').read_text()}" in done.err
    shutil.copytree(released.root / "build", wells.root / "build")
    assert call("query", "SELECT 1", "-w", wells.root).err.endswith("querying release 1.0.1\n")


def test_a_folder_elsewhere_is_named_by_its_path(call: Call, released: Copy, wells: Copy, target: Path) -> None:
    folder = fetch(call, released.root / "build", "--to", target)
    (target / "origin.txt").write_text("https://example.org/\n", encoding="utf-8")  # only the user's downloads are believed
    done = call("query", "SELECT 1", "-w", wells.root, "-r", folder)
    assert done.err.endswith(f"querying release 1.0.1 of wells, in {folder}\n")


def test_a_folder_holds_one_dataset(call: Call, host: Host, released: Copy, target: Path, builds: Path) -> None:
    fetch(call, host.url, "--to", target)
    done = call("download", "--from", released.root / "build", "--to", target)
    assert (done.code, f"{target}: expected releases of wells, found those of kursk-claims" in done.err) == (2, True)
    assert_there(target, builds, NEWEST)


def test_the_flat_folder_of_earlier_versions_is_ignored(call: Call, released: Copy, wells: Copy, tmp_path: Path) -> None:
    shutil.copytree(released.root / "build", tmp_path / "data" / "kursk-claims" / "releases")
    assert "available: none" in call("query", "SELECT 1", "-w", wells.root, "-r", "1.0.1").err
    assert read_index(fetch(call, released.root / "build").parent).latest == "1.0.1"
