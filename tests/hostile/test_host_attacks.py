"""Whatever a host does, a download is the right release or a clear error, within bounds of time and memory."""

from __future__ import annotations

import hashlib
import json
import os
import re
import resource
import shutil
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from downloads import DATA, HASTY, INDEX, MANIFEST, NAME, NEWEST, OLDER, PATIENT, assert_there, contents, fault, forge
from kursk_claims.download import transport
from kursk_claims.download.client import download
from kursk_claims.download.retry import TransportPolicy
from kursk_claims.errors import DownloadError, ManifestError
from kursk_claims.release import manifest as manifests
from misbehaving_host import (
    Host,
    Rule,
    announced,
    chunked,
    drip,
    drip_chunk,
    drip_head,
    endless,
    flip,
    flood,
    nonsense,
    other,
    packed,
    raw,
    redirect,
    serve,
    silent,
    status,
    until_closed,
)

# A host that does not


@pytest.mark.parametrize("path", [INDEX, MANIFEST, DATA])
@pytest.mark.parametrize(
    ("rule", "kind", "words"),
    [
        pytest.param(status(404), DownloadError, "found 404 Not Found", id="404"),
        pytest.param(status(403), DownloadError, "found 403 Forbidden", id="403"),
        pytest.param(status(500), DownloadError, "found 500 Internal Server Error. It was requested 3 times", id="500"),
        pytest.param(status(206), DownloadError, "found 206 Partial Content", id="206"),
        pytest.param(status(204), DownloadError, "found 204 No Content", id="204"),
        pytest.param(status(799), DownloadError, "found status 799", id="799"),
        pytest.param(nonsense, DownloadError, "incomplete or not HTTP", id="nonsense"),
        pytest.param(packed, DownloadError, "found 'gzip'", id="gzip"),
        pytest.param(redirect(""), DownloadError, "redirect without a target", id="redirect without a target"),
        pytest.param(redirect("/loop"), DownloadError, "more than 5 redirects", id="redirect loop"),
        pytest.param(redirect("http://192.0.2.1/x"), DownloadError, "found http, 192.0.2.1", id="redirect elsewhere"),
        pytest.param(redirect("http://a.invalid/x", 308), DownloadError, "found http, a.invalid", id="redirect to a name"),
        pytest.param(redirect("http://127.0.0.1@a.invalid/x"), DownloadError, "without a user name", id="redirect with user"),
        pytest.param(redirect("file:///etc/passwd"), DownloadError, "found file, no host", id="redirect to a file"),
        pytest.param(redirect("http://[::1/x"), DownloadError, "expected", id="redirect to no address"),
        pytest.param(announced(+9), None, "", id="wrong length, more"),
        pytest.param(announced(-9), ManifestError, "", id="wrong length, less"),
        pytest.param(other(lambda content: content + b"x"), ManifestError, "", id="too long"),
        pytest.param(other(lambda content: content + b"x", until_closed), ManifestError, "", id="too long, no length"),
        pytest.param(other(lambda content: content + b"x", chunked), ManifestError, "", id="too long, chunked"),
        pytest.param(other(lambda content: content[:-3]), ManifestError, "", id="too short"),
        pytest.param(other(lambda content: content[:-3], until_closed), None, "", id="too short, no length"),
        pytest.param(other(lambda _: b""), ManifestError, "", id="empty"),
        pytest.param(other(flip), ManifestError, "", id="a flipped bit"),
        pytest.param(other(lambda _: b"\xff\xfe{}"), ManifestError, "", id="not UTF-8"),
        pytest.param(endless, ManifestError, "expected at most", id="endless"),
    ],
)
def test_a_host_that_misbehaves(
    host: Host, target: Path, builds: Path, path: str, rule: Rule, kind: type[Exception] | None, words: str
) -> None:
    host.rules |= {path: rule, "loop": redirect("/loop")}
    error = fault(host, target)
    assert kind is None or type(error) is kind
    assert words in str(error)
    assert_there(target, builds)
    host.forget()
    download(host.url, target, policy=PATIENT)
    assert_there(target, builds, NEWEST)


@pytest.mark.parametrize("path", [INDEX, MANIFEST, DATA])
@pytest.mark.parametrize("rule", [drip, drip_head, drip_chunk])
def test_a_slow_host_is_left_at_the_deadline(host: Host, target: Path, builds: Path, path: str, rule: Rule) -> None:
    host.rules[path] = rule
    began = time.monotonic()
    error = fault(host, target, policy=HASTY)
    assert time.monotonic() - began < 3
    assert isinstance(error, DownloadError)
    assert f"{path}: expected the whole file within 0.6 seconds, found it incomplete." in str(error)
    assert "For a slow host, raise --timeout." in str(error)
    assert_there(target, builds)


def test_nothing_is_written_after_the_deadline(host: Host, target: Path) -> None:
    host.rules[DATA] = drip
    before = set(threading.enumerate())
    fault(host, target, policy=HASTY)
    size = (target / f".{NEWEST}.part" / "croissant.json").stat().st_size
    for _ in range(500):
        if not any(each.name == "download" for each in set(threading.enumerate()) - before):
            break
        time.sleep(0.01)
    else:
        pytest.fail("the thread still reads")
    assert (target / f".{NEWEST}.part" / "croissant.json").stat().st_size == size


def test_a_silent_host(host: Host, target: Path, builds: Path) -> None:
    host.rules[DATA] = silent
    policy = TransportPolicy(timeout=0.3, deadline=20, attempts=2, pause=0)
    assert "no answer within 0.3 seconds. It was requested 2 times." in str(fault(host, target, policy=policy))
    assert_there(target, builds)


def test_every_file_is_verified(host: Host, target: Path, builds: Path) -> None:
    paths = [f"{NEWEST}/{file.path}" for file in manifests.read_manifest(builds / NEWEST).files]
    for path in paths:
        host.rules = {path: other(flip)}
        assert re.match(rf"{host.url}{path}: expected \d+ bytes with SHA-256 \w+, found ", str(fault(host, target)))
        assert_there(target, builds)


# A host that floods, or speaks something like HTTP

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
BLOCK = b"x" * 2**16
FLOODS = {
    "interim answers": flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 500),
    "interim answers with headers": flood(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 500),
    "headers": flood(OK, b"X-Filler: y\r\n" * 1000),
    "a header": flood(OK + b"X-Filler: ", BLOCK),
    "folded lines of a header": flood(OK + b"X-Filler: y\r\n", b" more\r\n" * 1000),
    "a status line": flood(b"HTTP/1.1 200 ", BLOCK),
    "empty lines": flood(b"", b"\r\n" * 1000),
    "the size of a chunk": flood(CHUNKED, b"0" * 2**16),
    "an extension of a chunk": flood(CHUNKED + b"5;x=", BLOCK),
    "chunks of one byte": flood(CHUNKED, b"1\r\n \r\n" * 1000),
    "a chunk of 2**64 bytes": flood(CHUNKED + b"ffffffffffffffff\r\n", BLOCK),
    "trailers": flood(CHUNKED + b"1\r\n{\r\n0\r\n", b"X-Filler: y\r\n" * 1000),
    "a body without length": flood(OK + b"\r\n", BLOCK),
    "a body of an error": flood(b"HTTP/1.1 404 Not Found\r\n\r\n", BLOCK),
    "a body of a redirect": flood(b"HTTP/1.1 302 Found\r\nLocation: /loop\r\n\r\n", BLOCK),
    "a body of a length without end": flood(OK + b"Content-Length: 99999999999999999999\r\n\r\n", BLOCK),
}


def resident() -> int:
    """Return the largest size that this process ever had in memory, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 2**10


@pytest.mark.parametrize("path", [INDEX, MANIFEST, DATA])
@pytest.mark.parametrize("rule", FLOODS.values(), ids=FLOODS)
def test_a_flood_ends_in_time_and_takes_little_memory(host: Host, target: Path, builds: Path, path: str, rule: Rule) -> None:
    host.rules |= {path: rule, "loop": rule}
    before, began = resident(), time.monotonic()
    fault(host, target, policy=HASTY)
    assert time.monotonic() - began < 10
    assert resident() - before < 100
    assert_there(target, builds)


LIES = {
    "two lengths": raw(OK + b"Content-Length: 2\r\nContent-Length: 90\r\n\r\n{}"),
    "a length and chunks": raw(OK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
    "a negative length": raw(OK + b"Content-Length: -2\r\n\r\n{}"),
    "a length that is no number": raw(OK + b"Content-Length: two\r\n\r\n{}"),
    "a length in other digits": raw(OK + "Content-Length: ٢\r\n\r\n{}".encode()),
    "a negative chunk": raw(CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n"),
    "a chunk whose size is no number": raw(CHUNKED + b"0x2 \r\n{}\r\n0\r\n\r\n"),
    "chunks without an end": raw(CHUNKED + b"2\r\n{}\r\n"),
    "HTTP/0.9": raw(b"{}"),
    "HTTP/2": raw(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "HTTP/3.14": raw(b"HTTP/3.14 200 OK\r\nContent-Length: 2\r\n\r\n{}"),
    "nothing": raw(b""),
    "zeros": raw(b"\0" * 5000),
    "bare line feeds": raw(b"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}"),
    "a status of four digits": raw(b"HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\n{}"),
    "a status that is no number": raw(b"HTTP/1.1 OK\r\nContent-Length: 2\r\n\r\n{}"),
    "a status without a reason": raw(b"HTTP/1.1 500\r\nContent-Length: 0\r\n\r\n"),
    "304": raw(b"HTTP/1.1 304 Not Modified\r\n\r\n"),
    "205": raw(b"HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n"),
    "101": raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n{}"),
    "a part that was not asked for": raw(
        b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-1/2\r\nContent-Length: 2\r\n\r\n{}"
    ),
    "gzip as transfer encoding": raw(OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
    "a content encoding in odd letters": raw(OK + b"CONTENT-encoding: BR\r\nContent-Length: 2\r\n\r\n{}"),
    "two content encodings": raw(OK + b"Content-Encoding: identity, gzip\r\nContent-Length: 2\r\n\r\n{}"),
    "a reason with escape sequences": raw(b"HTTP/1.1 404 \x1b[2J\x07\r\nContent-Length: 0\r\n\r\n"),
    "an encoding with escape sequences": raw(OK + b"Content-Encoding: \x1b[2J\r\nContent-Length: 0\r\n\r\n"),
    "a header without a name": raw(OK + b": y\r\nContent-Length: 2\r\n\r\n{}"),
    "a header with a line end": raw(OK + b"X: y\rContent-Length: 90\r\nContent-Length: 2\r\n\r\n{}"),
    "redirect with an escape sequence": redirect("http://127.0.0.1:1/\x1b[2J"),
    "redirect to 0.0.0.0": redirect("http://0.0.0.0/x"),
    "redirect to a decimal address": redirect("http://2130706433/x"),
    "redirect to a short address": redirect("https://127.1/x"),
    "redirect to a hexadecimal address": redirect("https://0x7f.0.0.1/x"),
    "redirect to a mapped address": redirect("http://[::ffff:192.0.2.1]/x"),
    "redirect to a scheme without host": redirect("javascript:alert(1)"),
    "redirect to data": redirect("data:application/json,{}"),
    "redirect to ftp": redirect("ftp://127.0.0.1/x"),
    "redirect to a port that is none": redirect("http://127.0.0.1:99999/x"),
    "redirect to backslashes": redirect("\\\\192.0.2.1\\x"),
    "redirect to letters of another script": redirect("https://ex\u0430mple.invalid/x".encode().decode("latin-1")),
    "redirect to a host of 60,000 letters": redirect("https://" + "a" * 60_000),
    "redirect of 60,000 letters": redirect("/" + "a" * 60_000),
}


@pytest.mark.parametrize("path", [INDEX, MANIFEST, DATA])
@pytest.mark.parametrize("rule", LIES.values(), ids=LIES)
def test_an_answer_that_is_not_what_it_says(host: Host, target: Path, builds: Path, path: str, rule: Rule) -> None:
    host.rules[path] = rule
    error = fault(host, target, policy=TransportPolicy(timeout=2, deadline=5, attempts=2, pause=0))
    assert not set(str(error)) & set("\x1b\x07\r\0")
    assert_there(target, builds)


# Names and numbers that lie

HOSTILE: list[object] = [
    *"../x .. . /etc/x //x/y C:\\x C:x c:/x a\\b ..\\x a/../../b a/./b a//b a/ / ~ -rf .hidden a/.hidden a. a./b".split(),
    *"CON con.txt a/NUL Com1.parquet aux/b LPT9 PRN.tar.gz a:b a* a?b a%2e%2e a#b $HOME \u00e4 a\u0301 \uff11 \ud800".split(),
    *["", " ", " a", "a b", "a -> b", "a\n", "a\x00b", "a\x1b[2J", "a\u202eb", "x" * 101, "a/" * 160 + "b"],
    *[None, 1, ["a"], {"link": "a"}],
]


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: ascii(path)[:20])
def test_a_manifest_with_a_hostile_path(host: Host, target: Path, builds: Path, path: object) -> None:
    before = sorted([*target.parent.rglob("*"), target, target / ".lock"])
    forge(host, lambda raw: raw["files"].append(raw["files"][0] | {"path": path}))
    error = fault(host, target)
    assert isinstance(error, ManifestError)
    assert "expected a plain path below the release's folder" in str(error)
    assert sorted(target.parent.rglob("*")) == before
    assert set(host.requested) == {INDEX, MANIFEST}


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: ascii(path)[:20])
def test_a_path_is_refused_by_itself(path: object) -> None:
    with pytest.raises(ManifestError):
        manifests.require_safe_path(path)


@pytest.mark.parametrize(
    ("paths", "words"),
    [
        (["extra", "extra"], "two files have the same path"),
        (["extra", "EXTRA"], "two files have the same path"),
        (["extra/Some", "EXTRA/some"], "two files have the same path"),
        (["Claims.parquet"], "two files have the same path"),
        (["Manifest.json"], "two files have the same path, or the manifest lists itself"),
        (["sha256sums"], "two files have the same path, or the manifest lists itself"),
        (["extra", "extra/some"], "a path is both a file and a folder"),
        (["Extra/some/more", "extra/SOME"], "a path is both a file and a folder"),
        (["claims.parquet/some"], "a path is both a file and a folder"),
        (["manifest.json/some"], "a path is both a file and a folder"),
        (["SHA256SUMS/some"], "a path is both a file and a folder"),
    ],
)
def test_a_manifest_whose_paths_meet(host: Host, target: Path, builds: Path, paths: list[str], words: str) -> None:
    forge(host, lambda raw: raw["files"].extend(raw["files"][0] | {"path": path} for path in paths))
    error = fault(host, target)
    assert isinstance(error, ManifestError)
    assert words in str(error)
    assert_there(target, builds)


def test_a_path_and_folders_that_do_not_meet(host: Host, target: Path) -> None:
    body = b"new"
    extra = {"size": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    paths = ["extra/some", "extra2", "extra.d/some", "claims/some", "a" * 100, "/".join("abcdefghij" * 5)]
    forge(host, lambda raw: raw["files"].extend({"path": path} | extra for path in paths))
    host.rules |= {f"{NEWEST}/{path}": other(lambda _: body) for path in paths}
    folder = download(host.url, target, policy=PATIENT)
    assert all((folder / path).read_bytes() == body for path in paths)


@pytest.mark.parametrize("size", [-1, 1.5, True, "9", None, 2**60, 10**400, float("inf")])
def test_a_manifest_with_a_size_that_is_none(host: Host, target: Path, builds: Path, size: object) -> None:
    forge(host, lambda raw: raw["files"][3].update(size=size))
    assert isinstance(fault(host, target), ManifestError)
    assert_there(target, builds)


def test_a_release_larger_than_the_disk(host: Host, target: Path, builds: Path) -> None:
    forge(host, lambda raw: raw["files"][3].update(size=2**52))
    error = fault(host, target)
    assert isinstance(error, DownloadError)
    assert re.search(r": expected room for 45035996\d{8} bytes, found \d+\.", str(error))
    assert set(host.requested) == {INDEX, MANIFEST}
    assert_there(target, builds)


@pytest.mark.parametrize("by", [-1, 1])
def test_a_file_of_another_size_than_declared(host: Host, target: Path, builds: Path, by: int) -> None:
    forge(host, lambda raw: raw["files"][3].update(size=raw["files"][3]["size"] - by))
    path = manifests.read_manifest(builds / NEWEST).files[3].path
    for rule in (serve, until_closed, chunked):
        host.rules[f"{NEWEST}/{path}"] = rule
        error = fault(host, target)
        assert type(error) is (ManifestError if by > 0 or rule is serve else DownloadError)
        assert_there(target, builds)


def test_an_endless_file_ends_at_its_size(host: Host, target: Path) -> None:
    host.rules[DATA] = endless
    stop = threading.Event()
    largest = [0]

    def watch() -> None:
        while not stop.wait(0.001):
            for path in target.glob(".*.part/croissant.json"):
                largest.append(path.stat().st_size)

    thread = threading.Thread(target=watch)
    thread.start()
    fault(host, target)
    stop.set()
    thread.join()
    assert max(largest) <= (host.root / DATA).stat().st_size


@pytest.mark.parametrize("path", [INDEX, MANIFEST])
def test_the_largest_index_and_manifest(
    host: Host, target: Path, builds: Path, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = len((builds / path).read_bytes())
    monkeypatch.setattr(transport, "MAX_MANIFEST_SIZE", size - 1)
    for rule in (serve, until_closed):
        host.rules[path] = rule
        assert f"expected at most {size - 1} bytes" in str(fault(host, target))
    assert_there(target, builds)


def test_a_manifest_of_another_release(host: Host, target: Path, builds: Path) -> None:
    host.rules[MANIFEST] = other(lambda _: (builds / OLDER / "manifest.json").read_bytes())
    assert "as in the index" in str(fault(host, target))
    host.forget()
    forge(host, lambda raw: raw.update(version=OLDER))
    assert f"expected the manifest of {NAME} {NEWEST}, found that of {NAME} {OLDER}" in str(fault(host, target))
    assert_there(target, builds)


def entry(version: object, digest: object = "0" * 64, day: object = "2026-01-01") -> dict[str, object]:
    return {"version": version, "date": day, "manifest_sha256": digest}


@pytest.mark.parametrize(
    "index",
    [
        *(pytest.param([entry(path)], id=ascii(path)[:20]) for path in HOSTILE if path != 1),
        [entry("1.0")],
        [entry("v1.0.0")],
        [entry("01.0.0")],
        [entry("1.0.0-rc1")],
        [entry("1٠.0.0")],
        [entry("1.0.0\n")],
        [entry("1.0.0/..")],
        [entry(1)],
        [entry("9" * 9 + ".0.0")],
        [entry("1.0.0"), entry("1.0.0")],
        [entry("1.1.0"), entry("1.0.0")],
        [entry("1.0.0", "x" * 64)],
        [entry("1.0.0", "0" * 63)],
        [entry("1.0.0", "0" * 64 + "\n")],
        [entry("1.0.0", None)],
        [entry("1.0.0", "0" * 64, "today\x1b[2J")],
        [entry("1.0.0", "0" * 64, "x" * 10**6)],
        [{}],
        ["1.0.0"],
        "1.0.0",
        {"1.0.0": {}},
        None,
    ],
)
def test_a_hostile_index(host: Host, target: Path, builds: Path, index: Any) -> None:
    latest = index[-1].get("version") if isinstance(index, list) and isinstance(index[-1], dict) else "1.0.0"
    host.rules[INDEX] = other(lambda _: json.dumps({"name": NAME, "latest": latest, "releases": index}).encode())
    assert isinstance(fault(host, target), ManifestError)
    assert host.requested == [INDEX]
    assert not target.exists()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "NaN", '"x"', "[" * 10**5, "1" * 5000, '{"releases": []}', '{"latest": "9.9.9", "releases": []}'],
)
def test_an_index_that_is_none(host: Host, target: Path, text: str) -> None:
    host.rules[INDEX] = other(lambda _: text.encode())
    assert isinstance(fault(host, target), ManifestError)
    assert not target.exists()


def test_an_empty_index(host: Host, target: Path) -> None:
    host.rules[INDEX] = other(lambda _: b'{"name": "", "latest": null, "releases": []}')
    assert "expected a release, found none" in str(fault(host, target))
    assert not target.exists()


def test_a_release_that_is_not_there(host: Host, target: Path) -> None:
    for version in ("9.9.9", "1.0", "../1.0.0", "latest/.."):
        error = fault(host, target, version)
        assert isinstance(error, DownloadError)
        assert f"expected release {version}" in str(error)
        assert ", found 1.0.0, 1.1.0" in str(error)
    assert not target.exists()


# Links planted in the folder of downloads


@pytest.mark.parametrize("name", [".seen.json", ".seen.json.part", ".lock", "index.json", f".{NEWEST}.part"])
@pytest.mark.parametrize("kind", ["file", "folder", "nothing"])
def test_a_planted_link_is_not_followed(host: Host, target: Path, builds: Path, tmp_path: Path, name: str, kind: str) -> None:
    victim = tmp_path / "victim"
    if kind == "folder":
        victim.mkdir()
        (victim / "mine.txt").write_text("mine", encoding="utf-8")
    elif kind == "file":
        victim.write_text('{"name": "mine"}', encoding="utf-8")
    target.mkdir()
    (target / name).symlink_to(victim)
    before = contents(tmp_path) if kind != "nothing" else {}
    if name in (".lock", ".seen.json"):
        assert name in str(fault(host, target))
        (target / name).unlink()
    else:
        download(host.url, target, policy=PATIENT)
    assert victim.exists() == (kind != "nothing")
    assert {path: content for path, content in contents(tmp_path).items() if path.startswith("victim")} == {
        path: content for path, content in before.items() if path.startswith("victim")
    }
    download(host.url, target, policy=PATIENT)
    assert_there(target, builds, NEWEST)
    assert not [path for path in target.rglob("*") if path.is_symlink() and path.name != ".seen.json.part"]  # never used


@pytest.mark.parametrize("name", ["records", "records/claims.csv", "manifest.json", "SHA256SUMS", "schemas"])
def test_a_planted_link_in_a_staging_folder_is_not_followed(
    host: Host, target: Path, builds: Path, tmp_path: Path, name: str
) -> None:
    staging, victim = target / f".{NEWEST}.part", tmp_path / "victim"
    shutil.copytree(builds / NEWEST, staging)
    source = staging / name
    if source.is_dir():
        shutil.copytree(source, victim)
        for path in victim.iterdir():
            path.write_text("mine", encoding="utf-8")
        shutil.rmtree(source)
    else:
        shutil.copyfile(source, victim)
        source.unlink()
    source.symlink_to(victim)
    before = contents(tmp_path / "victim") if victim.is_dir() else victim.read_bytes()
    download(host.url, target, policy=PATIENT)
    assert (contents(tmp_path / "victim") if victim.is_dir() else victim.read_bytes()) == before
    assert_there(target, builds, NEWEST)
    assert not [path for path in target.rglob("*") if path.is_symlink()]


@pytest.mark.parametrize("umask", [0o002, 0o022, 0o077])
def test_modes_follow_the_umask(host: Host, target: Path, umask: int) -> None:
    old = os.umask(umask)
    try:
        download(host.url, target, policy=PATIENT)
    finally:
        os.umask(old)
    modes = {path: path.stat().st_mode & 0o777 for path in [target, *target.rglob("*")]}
    assert not {path: oct(mode) for path, mode in modes.items() if mode & (umask | 0o002) or not mode & 0o400}
