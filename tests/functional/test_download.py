"""A download is the right release or a clear error, whatever the host does; nothing partial is left where a reader would look."""

from __future__ import annotations

import hashlib
import http.server
import json
import os
import pty
import re
import select
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from kursk_claims import download as downloads
from kursk_claims import hosts
from kursk_claims.download import Listener, download, find_downloaded
from kursk_claims.errors import DownloadError, ManifestError
from kursk_claims.hosts import Limits
from kursk_claims.release.digests import verify_files
from kursk_claims.release.index import find_release, read_index, write_index
from kursk_claims.release.manifest import read_manifest, require_safe_path
from kursk_claims.release.publish import publish_release
from kursk_claims.workspace import find_workspace
from misbehaving_host import (
    Handler,
    Host,
    Rule,
    announced,
    chunked,
    cut,
    drip,
    drip_chunk,
    drip_head,
    endless,
    first,
    flip,
    no_range,
    nonsense,
    other,
    packed,
    redirect,
    running,
    serve,
    silent,
    status,
    steadily,
    until_closed,
    whole,
    wrong_range,
)
from support import FICTION, ROOT, Call, Copy, Run

CHANGELOG = (
    "# Changelog\n\n## Data\n\n"
    "### [1.0.1] - 2026-02-01\n\n#### Changed\n\n- A note.\n\n"
    "### [1.0.0] - 2026-01-01\n\n#### Added\n\n- The first release.\n"
)
NEWEST, OLDER = "1.0.1", "1.0.0"
INDEX, MANIFEST, DATA = "index.json", f"{NEWEST}/manifest.json", f"{NEWEST}/croissant.json"
QUICK = Limits(wait=5, tries=3, pause=0.01)
HASTY = Limits(wait=0.3, tries=2, pause=0.01)


@pytest.fixture(scope="session")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of two releases: the real records, and the same with a corrected note."""
    root = tmp_path_factory.mktemp("hosted") / "real"
    for folder in ("dataset", "schemas"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copyfile(ROOT / "LICENSE-DATA", root / "LICENSE-DATA")
    (root / "CHANGELOG.md").write_text(CHANGELOG, encoding="utf-8")
    for version in (OLDER, NEWEST):
        report, folder_of_release = publish_release(find_workspace(root), version)
        assert folder_of_release is not None, report.findings
        Copy(root).edit("claims", {"claim_id": "clm-001"}, note=f"A note, corrected after {version}.")
    return root / "build"


@pytest.fixture
def host(builds: Path) -> Iterator[Host]:
    with running(Host(builds)) as each:
        yield each


@pytest.fixture
def second_host(builds: Path) -> Iterator[Host]:
    with running(Host(builds)) as each:
        yield each


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "target"


# What must hold after each download


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def assert_there(target: Path, builds: Path, *versions: str) -> None:
    """These releases, as they were published, are all that a reader finds."""
    seen = sorted(path.name for path in target.iterdir() if not path.name.startswith(".")) if target.exists() else []
    assert seen == ([*versions, "index.json"] if versions else [])
    for version in versions:
        assert contents(target / version) == contents(builds / version)
    if versions:
        assert [each.version for each in read_index(target).releases] == list(versions)
        assert not list(target.glob(".*.part"))
        found = find_release([target], None)
        assert found is not None
        assert found[0] == target / versions[-1]
        verify_files(*found)


def fault(source: str | Host, target: Path, version: str | None = None, limits: Limits = QUICK, **how: Any) -> Exception:
    """The error of a download that must fail."""
    address = source if isinstance(source, str) else source.url
    with pytest.raises((DownloadError, ManifestError)) as raised:
        download(address, target, version, limits=limits, **how)
    words = str(raised.value)
    assert words.endswith(".")
    assert "expected" in words or "asked for" in words
    assert "Nothing" in words or "kept" in words
    assert len(words) < 1000
    return raised.value


# Where all is well


def test_the_newest_release(host: Host, target: Path, builds: Path) -> None:
    told: list[str] = []
    bars: list[tuple[int, int]] = []
    folder = download(host.url, target, limits=QUICK, listener=Listener(told.append, lambda *at: bars.append(at)))
    assert folder == target / NEWEST
    assert_there(target, builds, NEWEST)
    assert told == [f"from {host.url} to {target}", "1.0.1: fetched and verified"]
    total = sum(file.size for file in read_manifest(folder).files)
    assert bars == sorted(bars)
    assert bars[-1] == (total, total)
    assert host.connections == 1
    assert len(host.asked) == len(read_manifest(folder).files) + 2


def test_a_named_release_and_then_the_newest(host: Host, target: Path, builds: Path) -> None:
    download(host.url, target, OLDER, limits=QUICK)
    assert_there(target, builds, OLDER)
    download(host.url, target, limits=QUICK)
    assert_there(target, builds, OLDER, NEWEST)
    assert (target / INDEX).read_bytes() == (builds / INDEX).read_bytes()


def test_what_is_there_is_not_fetched_again(host: Host, target: Path, builds: Path) -> None:
    download(host.url, target, limits=QUICK)
    host.forget()
    told: list[str] = []
    download(host.url, target, limits=QUICK, listener=Listener(told.append, lambda *_: None))
    assert told[-1] == "1.0.1: already there, verified"
    assert host.asked == [("index.json", None)]
    assert_there(target, builds, NEWEST)


def test_pythons_own_server(builds: Path, target: Path) -> None:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(builds))) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        download(f"http://localhost:{server.server_port}", target, limits=QUICK)
        server.shutdown()
    assert_there(target, builds, NEWEST)


@pytest.mark.parametrize("form", ["path", "relative", "file", "file with spaces"])
def test_a_folder(builds: Path, target: Path, form: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(builds.parent)
    (tmp_path / "a b").symlink_to(builds)
    forms = {"path": str(builds), "relative": "build", "file": builds.as_uri(), "file with spaces": (tmp_path / "a b").as_uri()}
    download(forms[form], target)
    assert_there(target, builds, NEWEST)


def test_a_folder_that_lacks_something(builds: Path, target: Path, tmp_path: Path) -> None:
    assert "index.json: expected a file, found none" in str(fault(str(tmp_path / "nowhere"), target))
    assert "expected a folder of this machine" in str(fault("file://elsewhere/x", target))
    shutil.copytree(builds, tmp_path / "copy")
    broken = tmp_path / "copy" / DATA
    broken.unlink()
    os.mkfifo(broken)
    assert "expected a file, found something else" in str(fault(str(tmp_path / "copy"), target))
    broken.unlink()
    broken.write_bytes(b"short")
    assert isinstance(fault(str(tmp_path / "copy"), target), ManifestError)
    assert_there(target, builds)


# A host that recovers


@pytest.mark.parametrize("path", [INDEX, MANIFEST, DATA])
@pytest.mark.parametrize(
    "rule",
    [
        pytest.param(lambda: first(status(500), status(500)), id="500 twice"),
        pytest.param(lambda: first(status(429), status(503)), id="busy"),
        pytest.param(lambda: first(cut), id="cut once"),
        pytest.param(lambda: first(cut, cut), id="cut twice"),
        pytest.param(lambda: first(cut, then=whole), id="cut, and no ranges"),
        pytest.param(lambda: first(cut, wrong_range), id="cut, then another part"),
        pytest.param(lambda: first(cut, no_range), id="cut, then 416"),
        pytest.param(lambda: first(nonsense), id="nonsense once"),
        pytest.param(lambda: until_closed, id="no length"),
        pytest.param(lambda: chunked, id="chunked"),
    ],
)
def test_a_host_that_recovers(host: Host, target: Path, builds: Path, path: str, rule: Callable[[], Rule]) -> None:
    host.rules[path] = rule()
    download(host.url, target, limits=QUICK)
    assert_there(target, builds, NEWEST)


def test_a_file_is_gone_on_from_where_it_was_cut(host: Host, target: Path, builds: Path) -> None:
    host.rules[DATA] = first(cut)
    download(host.url, target, limits=QUICK)
    assert host.ranges(DATA) == [None, f"bytes={len((builds / DATA).read_bytes()) // 2}-"]
    assert_there(target, builds, NEWEST)


def test_a_later_run_goes_on_from_an_earlier_one(host: Host, target: Path, builds: Path) -> None:
    host.rules[DATA] = first(cut, then=status(500))
    words = str(fault(host, target))
    assert "asked for 3 times" in words
    assert "the same command goes on from there" in words
    assert_there(target, builds)
    before = {path for path, _ in host.asked} - {INDEX, MANIFEST, DATA}
    host.forget()
    download(host.url, target, limits=QUICK)
    assert host.ranges(DATA) == [f"bytes={len((builds / DATA).read_bytes()) // 2}-"]
    assert before
    assert not before & {path for path, _ in host.asked}
    assert_there(target, builds, NEWEST)


def test_a_kept_part_that_is_not_of_the_file(host: Host, target: Path, builds: Path) -> None:
    host.rules[DATA] = first(cut, then=status(404))
    fault(host, target)
    part = target / f".{NEWEST}.part"
    kept = part / "croissant.json"
    kept.write_bytes(flip(kept.read_bytes()))
    done = next(path for path in part.glob("*.parquet"))
    done.write_bytes(flip(done.read_bytes()))
    host.forget()
    download(host.url, target, limits=QUICK)
    assert [each is None for each in host.ranges(DATA)] == [False, True]
    assert_there(target, builds, NEWEST)


def test_a_kept_part_of_another_manifest(host: Host, target: Path, builds: Path) -> None:
    part = target / f".{NEWEST}.part"
    part.mkdir(parents=True)
    (part / "manifest.json").write_text("{}", encoding="utf-8")
    (part / "stray.txt").write_text("stray", encoding="utf-8")
    download(host.url, target, limits=QUICK)
    assert_there(target, builds, NEWEST)


# A host that does not


@pytest.mark.parametrize("path", [INDEX, MANIFEST, DATA])
@pytest.mark.parametrize(
    ("rule", "kind", "words"),
    [
        pytest.param(status(404), DownloadError, "found 404 Not Found", id="404"),
        pytest.param(status(403), DownloadError, "found 403 Forbidden", id="403"),
        pytest.param(status(500), DownloadError, "found 500 Internal Server Error. It was asked for 3 times", id="500"),
        pytest.param(status(206), DownloadError, "found 206 Partial Content", id="206 unasked"),
        pytest.param(status(204), DownloadError, "found 204 No Content", id="204"),
        pytest.param(status(799), DownloadError, "found status 799", id="799"),
        pytest.param(nonsense, DownloadError, "cut off or is none", id="nonsense"),
        pytest.param(packed, DownloadError, "found them packed ('gzip')", id="gzip"),
        pytest.param(redirect(""), DownloadError, "redirect to nowhere", id="redirect to nowhere"),
        pytest.param(redirect("/loop"), DownloadError, "more than 5 redirects", id="redirect loop"),
        pytest.param(redirect("http://192.0.2.1/x"), DownloadError, "found http, 192.0.2.1", id="redirect elsewhere"),
        pytest.param(redirect("http://a.invalid/x", 308), DownloadError, "found http, a.invalid", id="redirect to a name"),
        pytest.param(redirect("http://127.0.0.1@a.invalid/x"), DownloadError, "without a user's name", id="redirect with user"),
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
    download(host.url, target, limits=QUICK)
    assert_there(target, builds, NEWEST)


@pytest.mark.parametrize("path", [INDEX, MANIFEST, DATA])
@pytest.mark.parametrize("rule", [drip, drip_head, drip_chunk, silent])
def test_a_slow_host(host: Host, target: Path, builds: Path, path: str, rule: Rule) -> None:
    host.rules[path] = rule
    began = time.monotonic()
    assert isinstance(fault(host, target, limits=HASTY), DownloadError)
    assert time.monotonic() - began < 3
    assert_there(target, builds)


def test_every_file_is_held_against_the_manifest(host: Host, target: Path, builds: Path) -> None:
    paths = [f"{NEWEST}/{file.path}" for file in read_manifest(builds / NEWEST).files]
    for path in paths[:: len(paths) // 6]:
        host.rules = {path: other(flip)}
        assert str(fault(host, target)).startswith(f"{host.url}{path}: expected SHA-256 ")
        assert_there(target, builds)


def test_a_redirect_to_another_port(host: Host, second_host: Host, target: Path, builds: Path) -> None:
    for path in [INDEX, *(f"{NEWEST}/{path}" for path in contents(builds / NEWEST))]:
        host.rules[path] = redirect(f"{second_host.url}{path}")
    second_host.rules[DATA] = first(cut)
    download(host.url, target, limits=QUICK)
    assert second_host.ranges(DATA)[1] is not None
    assert_there(target, builds, NEWEST)


def test_five_redirects_and_no_more(host: Host, target: Path, builds: Path) -> None:
    host.rules |= {f"hop{hop}": redirect(f"/hop{hop + 1}") for hop in range(1, 5)}
    host.rules |= {INDEX: redirect("hop1"), "hop5": other(lambda _: (builds / INDEX).read_bytes())}
    download(host.url, target, limits=QUICK)
    assert_there(target, builds, NEWEST)
    host.rules |= {INDEX: redirect("hop0"), "hop0": redirect("hop1")}
    assert "more than 5 redirects" in str(fault(host, target))


@pytest.mark.parametrize(
    "address",
    [
        "http://a.invalid/build",
        "http://192.0.2.1/build",
        "http://localhost.a.invalid/",
        "http://127.0.0.1.a.invalid/",
        "http://127.0.0.1@a.invalid/",
        "http://127.1/",
        "http://0x7f000001/",
        "http://2130706433/",
        "http://0.0.0.0/",
        "http://[::2]/",
        "http://[fe80::1%25lo]/",
        "http:///build",
        "http:build",
        "https:///build",
        "https://someone:secret@localhost/",
        "https://localhost:99999/",
        "https://localhost/build?key=secret",
        "https://localhost/build#part",
        "ftp://localhost/build",
        "data:application/json,{}",
        "HTTP://A.INVALID/",
    ],
)
def test_an_address_that_is_refused_is_not_contacted(address: str, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def contact(*_: object, **__: object) -> None:
        raise AssertionError("contacted")

    monkeypatch.setattr(socket, "getaddrinfo", contact)
    monkeypatch.setattr(socket.socket, "connect", contact)
    with pytest.raises(DownloadError) as refused:
        download(address, target)
    assert str(refused.value).endswith(" Nothing was fetched.")
    assert "someone" not in str(refused.value)
    assert not target.exists()


def test_what_is_this_machine() -> None:
    assert all(hosts.is_loopback(each) for each in ("localhost", "LocalHost", "127.0.0.1", "127.9.9.9", "[::1]", "::1"))
    assert not any(hosts.is_loopback(each) for each in ("", "localhost.", "a.localhost", "127.1", "0.0.0.0", "[::]", "10.0.0.1"))


def test_nothing_of_the_environment_is_sent(
    host: Host, target: Path, builds: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login someone password secret\n", encoding="utf-8")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://someone:secret@127.0.0.1:1")

    def with_cookie(handler: Handler, content: bytes) -> None:
        handler.head(200, Content_Length=len(content), Set_Cookie="a=b")
        handler.send(content)

    host.rules |= {INDEX: with_cookie, MANIFEST: with_cookie}
    download(host.url, target, limits=QUICK)
    assert_there(target, builds, NEWEST)
    assert {name for headers in host.headers for name in headers} == {"Host", "Accept-Encoding", "User-Agent"}


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for 127.0.0.1 that nobody trusts."""
    path = tmp_path_factory.mktemp("certificate") / "both.pem"
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here")
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1".split()
    subprocess.run([*command, "-keyout", path, "-out", f"{path}.crt"], check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


def test_https(
    builds: Path, host: Host, target: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    secure = Host(builds)
    secure.socket = context.wrap_socket(secure.socket, server_side=True, do_handshake_on_connect=False)
    secure.scheme = "https"
    with running(secure):
        words = str(fault(secure, target))
        assert "expected a certificate that this machine trusts" in words
        assert secure.asked == []
        monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")
        assert "expected a certificate" in str(fault(secure.url.replace("127.0.0.1", "localhost"), target))  # another name
        secure.rules[INDEX] = redirect(host.url + INDEX)
        assert "expected https as before" in str(fault(secure, target))
        assert host.asked == []
        secure.rules[INDEX] = first(cut)
        secure.rules[DATA] = first(cut)
        download(secure.url, target, limits=QUICK)
        assert_there(target, builds, NEWEST)
        host.rules[INDEX] = redirect(secure.url + INDEX)
        download(host.url, target, OLDER, limits=QUICK)
        assert_there(target, builds, OLDER, NEWEST)
        secure.rules[DATA] = drip
        fault(secure, tmp_path / "slow", limits=HASTY)
    assert "no secure connection" in str(fault(host.url.replace("http:", "https:"), tmp_path / "plain"))


# Names and numbers that lie

HOSTILE: list[object] = [
    *"../x .. . /etc/x //x/y C:\\x C:x c:/x a\\b ..\\x a/../../b a/./b a//b a/ / ~ -rf .hidden a/.hidden a. a./b".split(),
    *"CON con.txt a/NUL Com1.parquet aux/b LPT9 PRN.tar.gz a:b a* a?b a%2e%2e a#b $HOME \u00e4 a\u0301 \uff11 \ud800".split(),
    *["", " ", " a", "a b", "a -> b", "a\n", "a\x00b", "a\x1b[2J", "a\u202eb", "x" * 101, "a/" * 160 + "b"],
    *[None, 1, ["a"], {"link": "a"}],
]


def forge(host: Host, change: Callable[[dict[str, Any]], object]) -> None:
    """Serve a changed manifest, and an index that vouches for it."""
    raw = json.loads((host.root / MANIFEST).read_text(encoding="utf-8"))
    change(raw)
    body = json.dumps(raw).encode()
    index = json.loads((host.root / INDEX).read_text(encoding="utf-8"))
    index["releases"][-1]["manifest_sha256"] = hashlib.sha256(body).hexdigest()
    host.rules |= {MANIFEST: other(lambda _: body), INDEX: other(lambda _: json.dumps(index).encode())}


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: ascii(path)[:20])
def test_a_manifest_with_a_hostile_path(host: Host, target: Path, builds: Path, path: object) -> None:
    before = sorted(target.parent.rglob("*"))
    forge(host, lambda raw: raw["files"].append(raw["files"][0] | {"path": path}))
    error = fault(host, target)
    assert isinstance(error, ManifestError)
    assert "expected a plain path below the release's folder" in str(error)
    assert sorted(target.parent.rglob("*")) == before
    assert {path for path, _ in host.asked} == {INDEX, MANIFEST}


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: ascii(path)[:20])
def test_a_path_is_refused_by_itself(path: object) -> None:
    with pytest.raises(ManifestError):
        require_safe_path(path)


@pytest.mark.parametrize(
    ("paths", "words"),
    [
        (["extra", "extra"], "a path stands twice"),
        (["extra", "EXTRA"], "a path stands twice"),
        (["extra/Some", "EXTRA/some"], "a path stands twice"),
        (["Claims.parquet"], "a path stands twice"),
        (["Manifest.json"], "a path stands twice, or the manifest lists itself"),
        (["sha256sums"], "a path stands twice, or the manifest lists itself"),
        (["extra", "extra/some"], "a path is a file and a folder"),
        (["Extra/some/more", "extra/SOME"], "a path is a file and a folder"),
        (["claims.parquet/some"], "a path is a file and a folder"),
        (["manifest.json/some"], "a path is a file and a folder"),
        (["SHA256SUMS/some"], "a path is a file and a folder"),
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
    folder = download(host.url, target, limits=QUICK)
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
    assert {path for path, _ in host.asked} == {INDEX, MANIFEST}
    assert_there(target, builds)


@pytest.mark.parametrize("by", [-1, 1])
def test_a_file_of_another_size_than_declared(host: Host, target: Path, builds: Path, by: int) -> None:
    forge(host, lambda raw: raw["files"][3].update(size=raw["files"][3]["size"] - by))
    path = read_manifest(builds / NEWEST).files[3].path
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
    monkeypatch.setattr(downloads, "LARGEST", size - 1)
    for rule in (serve, until_closed):
        host.rules[path] = rule
        assert f"expected at most {size - 1} bytes" in str(fault(host, target))
    assert_there(target, builds)


def test_a_manifest_of_another_release(host: Host, target: Path, builds: Path) -> None:
    host.rules[MANIFEST] = other(lambda _: (builds / OLDER / "manifest.json").read_bytes())
    assert "as the index says" in str(fault(host, target))
    host.forget()
    forge(host, lambda raw: raw.update(version=OLDER))
    assert f"expected the manifest of {NEWEST}, found that of {OLDER}" in str(fault(host, target))
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
        [entry("1.0.1"), entry("1.0.0")],
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
    host.rules[INDEX] = other(lambda _: json.dumps({"latest": latest, "releases": index}).encode())
    assert isinstance(fault(host, target), ManifestError)
    assert host.asked == [(INDEX, None)]
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
    host.rules[INDEX] = other(lambda _: b'{"latest": null, "releases": []}')
    assert "expected a release, found none" in str(fault(host, target))
    assert not target.exists()


def test_a_release_that_is_not_there(host: Host, target: Path) -> None:
    for version in ("9.9.9", "1.0", "../1.0.0", "latest"):
        error = fault(host, target, version)
        assert isinstance(error, DownloadError)
        assert f"expected release {version}, found 1.0.0, 1.0.1" in str(error)
    assert not target.exists()


def test_unknown_fields_are_ignored(host: Host, target: Path, builds: Path) -> None:
    def more(raw: dict[str, Any]) -> None:
        raw.update(url="http://a.invalid/", scripts=["rm"])
        raw["files"][0].update(url="http://a.invalid/", link="/etc/passwd", mode=0o4755)

    forge(host, more)
    folder = download(host.url, target, limits=QUICK)
    ours, theirs = contents(folder), contents(builds / NEWEST)
    assert {name for name in ours if ours[name] != theirs[name]} == {"manifest.json", "SHA256SUMS"}
    done = subprocess.run(["sha256sum", "-c", "--strict", "--quiet", "SHA256SUMS"], cwd=folder, check=False)
    assert done.returncode == 0
    assert not any(path.is_symlink() or path.stat().st_mode & 0o4000 for path in folder.rglob("*"))


# What was seen before, and what is there


def older_index(host: Host) -> None:
    """The index before the newest release."""
    index = json.loads((host.root / INDEX).read_text(encoding="utf-8"))
    old = {"latest": OLDER, "releases": index["releases"][:1]}
    host.rules[INDEX] = other(lambda _: json.dumps(old).encode())


@pytest.mark.parametrize("named", [None, OLDER])
def test_the_latest_never_goes_back(host: Host, target: Path, builds: Path, named: str | None) -> None:
    download(host.url, target, named, limits=QUICK)
    older_index(host)
    words = str(fault(host, target))
    assert f"expected {NEWEST} or newer, which was seen there before, found {OLDER} as the latest" in words
    assert "--allow-older" in words
    assert_there(target, builds, named or NEWEST)
    download(host.url, target, OLDER, limits=QUICK)
    download(host.url, target, limits=QUICK, allow_older=True)
    assert_there(target, builds, *sorted({OLDER, named or NEWEST}))
    fault(host, target)


def test_another_host_may_be_behind(host: Host, second_host: Host, target: Path, builds: Path) -> None:
    download(host.url, target, limits=QUICK)
    older_index(second_host)
    assert download(second_host.url, target, limits=QUICK).name == OLDER
    assert_there(target, builds, OLDER, NEWEST)


@pytest.mark.parametrize("text", ["{", "[]", '{"x": 1}', '{"x": "new"}', "\udcff"])
def test_a_damaged_memory_of_what_was_seen(host: Host, target: Path, builds: Path, text: str) -> None:
    download(host.url, target, OLDER, limits=QUICK)
    (target / ".seen.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert "remove that file" in str(fault(host, target))
    (target / ".seen.json").unlink()
    download(host.url, target, limits=QUICK)
    assert_there(target, builds, OLDER, NEWEST)


def test_a_release_that_changed(host: Host, target: Path, builds: Path) -> None:
    download(host.url, target, limits=QUICK)
    forge(host, lambda raw: raw.update(date="2026-03-03"))
    words = str(fault(host, target))
    assert "A release never changes, so one of the two is not genuine" in words
    assert_there(target, builds, NEWEST)
    (target / NEWEST / "claims.parquet").write_bytes(b"damaged as well")
    assert "not genuine" in str(fault(host, target))
    shutil.rmtree(target / NEWEST)
    download(host.url, target, limits=QUICK)
    assert read_index(target).releases[-1].date == "2026-03-03"


@pytest.mark.parametrize("name", ["claims.parquet", "manifest.json", "records/claims.csv"])
@pytest.mark.parametrize("damage", ["flip", "remove", "link"])
def test_a_damaged_release_is_fetched_again(host: Host, target: Path, builds: Path, name: str, damage: str) -> None:
    path = download(host.url, target, limits=QUICK) / name
    right = path.read_bytes()
    path.unlink()
    if damage == "flip":
        path.write_bytes(flip(right))
    elif damage == "link":
        (target / "elsewhere").write_bytes(flip(right))
        path.symlink_to(target / "elsewhere")
    told: list[str] = []
    download(host.url, target, limits=QUICK, listener=Listener(told.append, lambda *_: None))
    assert f"{target / NEWEST} is damaged and is fetched again" in told
    (target / "elsewhere").unlink(missing_ok=True)
    assert_there(target, builds, NEWEST)
    assert not list(target.glob(".*damaged"))


def test_what_is_of_no_release_is_not_replaced(host: Host, target: Path, builds: Path, tmp_path: Path) -> None:
    mine = target / NEWEST / "mine.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine", encoding="utf-8")
    assert f"found {mine}, which is of no release" in str(fault(host, target))
    assert mine.read_text(encoding="utf-8") == "mine"
    mine.unlink()
    mine.parent.rmdir()
    (target / NEWEST).write_text("mine", encoding="utf-8")
    assert "of no release" in str(fault(host, target))
    (target / NEWEST).unlink()
    (target / NEWEST).symlink_to(tmp_path)
    assert "of no release" in str(fault(host, target))
    assert (target / NEWEST).is_symlink()
    (target / NEWEST).unlink()
    (target / NEWEST).mkdir()  # an empty folder is nobody's
    download(host.url, target, limits=QUICK)
    assert_there(target, builds, NEWEST)


def test_a_release_that_was_not_listed_yet(host: Host, target: Path, builds: Path) -> None:
    download(host.url, target, OLDER, limits=QUICK)
    shutil.copytree(builds / NEWEST, target / NEWEST)  # as after a crash between the rename and the index
    host.forget()
    download(host.url, target, limits=QUICK)
    assert host.asked == [(INDEX, None)]
    assert_there(target, builds, OLDER, NEWEST)


def test_a_damaged_index_of_the_target(host: Host, target: Path, builds: Path) -> None:
    download(host.url, target, limits=QUICK)
    (target / INDEX).write_text("{", encoding="utf-8")
    download(host.url, target, limits=QUICK)
    assert_there(target, builds, NEWEST)


def test_a_copy_under_another_name_is_not_listed(host: Host, target: Path) -> None:
    download(host.url, target, OLDER, limits=QUICK)
    shutil.copytree(target / OLDER, target / "1.0.0-mine")
    download(host.url, target, limits=QUICK)
    assert [each.version for each in read_index(target).releases] == [OLDER, NEWEST]
    shutil.copytree(target / OLDER, target / "2.0.0")
    with pytest.raises(ManifestError, match=r"expected release 2\.0\.0, found 1\.0\.0"):
        write_index(target)


# Several processes, and none to the end


def start(*args: str | Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "kursk_claims", "download", *map(str, args)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_processes_at_once(host: Host, target: Path, builds: Path) -> None:
    host.rules[DATA] = steadily
    processes = [start("--from", host.url, "--to", target) for _ in range(2)]
    ended = [(process.communicate(timeout=40), process.returncode) for process in processes]
    assert [code for _, code in ended] == [0, 0], ended
    assert all(out == f"{target / NEWEST}\n" for (out, _), _ in ended)
    assert len(host.ranges(DATA)) == 1
    assert_there(target, builds, NEWEST)


@pytest.mark.parametrize("number", range(2))
def test_killed_midway(host: Host, target: Path, builds: Path, number: int) -> None:
    host.rules[DATA] = steadily if number else drip
    kept = target / f".{NEWEST}.part" / ("croissant.json" if number else "manifest.json")
    process = start("--from", host.url, "--to", target)
    for _ in range(1000):
        if kept.exists() and kept.stat().st_size >= 8192:
            break
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=10)
    assert process.returncode == -signal.SIGKILL
    assert_there(target, builds)
    host.forget()
    download(host.url, target, limits=QUICK)
    if number:
        assert [each is not None for each in host.ranges(DATA)] == [True]
    assert_there(target, builds, NEWEST)


@pytest.mark.parametrize("step", ["_prepare", "_put", "write_index", "replace"])
def test_a_crash_at_any_step(host: Host, target: Path, builds: Path, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os if step == "replace" else downloads, step, crash)
        with pytest.raises(KeyboardInterrupt):
            download(host.url, target, limits=QUICK)
    seen = [path.name for path in target.iterdir() if not path.name.startswith(".")]
    assert seen in ([], [NEWEST])
    if seen:
        assert contents(target / NEWEST) == contents(builds / NEWEST)
    download(host.url, target, limits=QUICK)
    assert_there(target, builds, NEWEST)


# Offline


def test_offline(host: Host, target: Path, builds: Path) -> None:
    for version in (None, OLDER):
        with pytest.raises(DownloadError, match=r"found none\. Nothing was fetched; do it without --offline"):
            find_downloaded(target, version)
    assert not target.exists()
    download(host.url, target, OLDER, limits=QUICK)
    assert find_downloaded(target) == find_downloaded(target, OLDER) == target / OLDER
    with pytest.raises(DownloadError, match=r"expected release 1\.0\.1, found 1\.0\.0"):
        find_downloaded(target, NEWEST)
    path = target / OLDER / "records" / "claims.csv"
    path.write_bytes(flip(path.read_bytes()))
    with pytest.raises(ManifestError, match=r"records/claims\.csv: expected"):
        find_downloaded(target)


# The command


def test_the_command(call: Call, host: Host, target: Path, builds: Path) -> None:
    done = call("download", "--from", host.url, "--to", target)
    assert done == (0, f"{target / NEWEST}\n", f"from {host.url} to {target}\n1.0.1: fetched and verified\n")
    assert_there(target, builds, NEWEST)
    again = call("download", NEWEST, "--from", host.url, "--to", target, "--quiet")
    assert again == (0, f"{target / NEWEST}\n", "")
    offline = call("download", "--offline", "--to", target)
    assert offline == (0, f"{target / NEWEST}\n", "1.0.1: there, verified\n")


@pytest.mark.parametrize(
    ("rules", "args", "code"),
    [
        ({INDEX: status(404)}, [], 2),
        ({INDEX: redirect("http://a.invalid/")}, [], 2),
        ({DATA: packed}, [], 2),
        ({}, ["9.9.9"], 2),
        ({INDEX: other(lambda _: b"{")}, [], 1),
        ({MANIFEST: other(flip)}, [], 1),
        ({DATA: other(flip)}, [], 1),
        ({DATA: endless}, [], 1),
        ({}, ["--offline"], 2),
    ],
)
def test_exit_codes(call: Call, host: Host, target: Path, rules: dict[str, Rule], args: list[str], code: int) -> None:
    host.rules |= rules
    done = call("download", *args, "--from", host.url, "--to", target, "--quiet")
    assert (done.code, done.out) == (code, "")
    assert done.err.startswith("kursk-claims: ")
    assert done.err.count("\n") == 1
    assert "Traceback" not in done.err


def test_wrong_calls(call: Call, target: Path, tmp_path: Path) -> None:
    done = call("download", "--to", target)
    assert (done.code, done.out) == (2, "")
    assert "give --from ADDRESS, or --offline" in done.err
    assert call("download", "--from", "x", "--timeout", "0").code == 2
    (tmp_path / "file").write_text("", encoding="utf-8")
    builds = ROOT / "build"
    unwritable = call("download", "--from", builds, "--to", tmp_path / "file" / "x")
    assert (unwritable.code, unwritable.out) == (2, "")
    assert "Traceback" not in unwritable.err


def test_the_default_folder_is_where_queries_look(run: Run, host: Host, builds: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path / "data"), "HOME": str(tmp_path)}
    done = run("download", OLDER, "--from", host.url, env=environment)
    assert done.returncode == 0
    folder = Path(done.stdout.strip())
    assert folder.is_relative_to(tmp_path)
    assert_there(folder.parent, builds, OLDER)
    asked = run("query", "SELECT 1 AS a", "-f", "csv", "-r", OLDER, "-w", FICTION, env=environment)
    assert (asked.stdout, asked.stderr.splitlines()[-1]) == ("a\n1\n", f"asking release {OLDER}")


def test_a_bar_only_on_a_terminal(host: Host, target: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kursk_claims", "download", "--from", host.url, "--to"]
    host.rules[DATA] = steadily
    plain = subprocess.run([*command, target], capture_output=True, text=True, check=True)
    assert "\x1b" not in plain.stderr
    assert len(plain.stderr.splitlines()) == 2
    side, terminal = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    process = subprocess.Popen([*command, tmp_path / "other"], stderr=terminal, stdout=subprocess.PIPE, env=environment)
    os.close(terminal)
    shown = b""
    for _ in range(1000):
        if select.select([side], [], [], 0.05)[0]:
            try:
                shown += os.read(side, 65536)
            except OSError:  # the other side is gone
                break
        elif process.poll() is not None:
            break
    os.close(side)
    assert process.communicate(timeout=10)[0] == f"{tmp_path / 'other' / NEWEST}\n".encode()
    assert b"\x1b[" in shown
    assert b"kB" in shown
    assert b"fetched and verified" in shown


def test_other_commands_do_not_load_it() -> None:
    code = (
        "import sys\nfrom kursk_claims.cli.main import main\n"
        "sys.argv = ['kursk-claims', 'query', 'FROM codes', '-q', '-w', sys.argv[1]]\n"
        "try:\n    main()\nexcept SystemExit as ended:\n    assert not ended.code\n"
        "assert not {'urllib3', 'filelock', 'rich', 'kursk_claims.download'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(FICTION)], check=True, stdout=subprocess.DEVNULL)
