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
from urllib3.util import parse_url

from kursk_claims.download import client, transport
from kursk_claims.download.addresses import find_proxy, is_loopback
from kursk_claims.download.client import download, find_downloaded
from kursk_claims.download.fetcher import Listener
from kursk_claims.download.retry import TransportPolicy
from kursk_claims.errors import DownloadError, ManifestError
from kursk_claims.release import digests, index, lookup
from kursk_claims.release import manifest as manifests
from misbehaving_host import (
    Handler,
    Host,
    Proxy,
    Rule,
    announced,
    chunked,
    cut,
    cut_chunked,
    drip,
    drip_chunk,
    drip_head,
    endless,
    first,
    flip,
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
)
from support import FICTION, ROOT, Call, Run

NEWEST, OLDER = "1.1.0", "1.0.0"
INDEX, MANIFEST, DATA = "index.json", f"{NEWEST}/manifest.json", f"{NEWEST}/croissant.json"
FILES = """README.md CITATION.cff claims.parquet codes.parquet croissant.json records/claims.csv records/codes.csv
    schemas/claims.yaml""".split()
PATIENT = TransportPolicy(timeout=5, deadline=20, attempts=3, pause=0)
HASTY = TransportPolicy(timeout=5, deadline=0.6, attempts=3, pause=0)


@pytest.fixture(scope="session")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of two releases: those that are published, with fewer files so that each test takes less time."""
    root = tmp_path_factory.mktemp("hosted") / "build"
    for version in (OLDER, NEWEST):
        published, folder = ROOT / "build" / version, root / version
        raw = json.loads((published / "manifest.json").read_text(encoding="utf-8"))
        raw["files"] = [file for file in raw["files"] if file["path"] in FILES]
        raw["tables"] = [table for table in raw["tables"] if table["file"] in FILES]
        assert len(raw["files"]) == len(FILES)
        for path in FILES:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(published / path, folder / path)
        (folder / "manifest.json").write_text(json.dumps(raw), encoding="utf-8")
        names = [*FILES, "manifest.json"]
        sums = {path: hashlib.sha256((folder / path).read_bytes()).hexdigest() for path in names}
        order = [file["path"] for file in raw["files"]] + ["manifest.json"]
        (folder / "SHA256SUMS").write_text("".join(f"{sums[path]}  {path}\n" for path in order), encoding="utf-8")
    index.write_index(root)
    return root


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
    names = sorted(path.name for path in target.iterdir() if not path.name.startswith(".")) if target.exists() else []
    assert names == ([*versions, "index.json"] if versions else [])
    for version in versions:
        assert contents(target / version) == contents(builds / version)
    if versions:
        assert [each.version for each in index.read_index(target).releases] == list(versions)
        assert not list(target.glob(".*.part"))
        found = lookup.find_release([target], None)
        assert found is not None
        assert found[0] == target / versions[-1]
        digests.verify_files(*found)


def fault(
    source: str | Host, target: Path, version: str | None = None, policy: TransportPolicy = PATIENT, **how: Any
) -> Exception:
    """Return the error of a download that must fail."""
    address = source if isinstance(source, str) else source.url
    with pytest.raises((DownloadError, ManifestError)) as raised:
        download(address, target, version, policy=policy, **how)
    words = str(raised.value)
    assert words.endswith(".")
    assert "expected" in words or "requested" in words
    assert "Nothing" in words or "kept" in words
    assert len(words) < 1000
    return raised.value


# A host that works


def test_the_newest_release(host: Host, target: Path, builds: Path) -> None:
    sentences: list[str] = []
    bars: list[tuple[int, int]] = []
    folder = download(host.url, target, policy=PATIENT, listener=Listener(sentences.append, lambda *at: bars.append(at)))
    assert folder == target / NEWEST
    assert_there(target, builds, NEWEST)
    assert sentences == [f"from {host.url} to {target}", "1.1.0: fetched and verified"]
    total = sum(file.size for file in manifests.read_manifest(folder).files)
    assert bars == sorted(bars)
    assert bars[-1] == (total, total)
    assert host.connections == 1
    assert len(host.requested) == len(manifests.read_manifest(folder).files) + 2


def test_a_named_release_and_then_the_newest(host: Host, target: Path, builds: Path) -> None:
    download(host.url, target, OLDER, policy=PATIENT)
    assert_there(target, builds, OLDER)
    download(host.url, target, policy=PATIENT)
    assert_there(target, builds, OLDER, NEWEST)
    assert (target / INDEX).read_bytes() == (builds / INDEX).read_bytes()


def test_a_complete_release_is_not_fetched_again(host: Host, target: Path, builds: Path) -> None:
    download(host.url, target, policy=PATIENT)
    host.forget()
    sentences: list[str] = []
    download(host.url, target, policy=PATIENT, listener=Listener(sentences.append, lambda *_: None))
    assert sentences[-1] == "1.1.0: already present, verified"
    assert host.requested == [INDEX]
    assert_there(target, builds, NEWEST)


def test_the_published_releases_from_pythons_own_server(target: Path) -> None:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(ROOT / "build"))) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        for version in (OLDER, NEWEST):
            download(f"http://localhost:{server.server_port}", target, version, policy=PATIENT)
        server.shutdown()
    assert_there(target, ROOT / "build", OLDER, NEWEST)


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
        pytest.param(lambda: first(cut_chunked), id="cut between chunks"),
        pytest.param(lambda: first(nonsense), id="nonsense once"),
        pytest.param(lambda: until_closed, id="no length"),
        pytest.param(lambda: chunked, id="chunked"),
    ],
)
def test_a_host_that_recovers(host: Host, target: Path, builds: Path, path: str, rule: Callable[[], Rule]) -> None:
    host.rules[path] = rule()
    download(host.url, target, policy=PATIENT)
    assert_there(target, builds, NEWEST)


def test_a_file_without_length_that_was_cut_is_requested_again(host: Host, target: Path, builds: Path) -> None:
    host.rules[DATA] = first(other(lambda content: content[:100], until_closed))
    download(host.url, target, policy=PATIENT)
    assert host.requested.count(DATA) == 2
    assert_there(target, builds, NEWEST)


def test_nothing_of_a_failed_attempt_remains(host: Host, target: Path, builds: Path) -> None:
    host.rules[INDEX] = first(other(lambda content: b"x" * 4 * len(content), cut))
    download(host.url, target, policy=PATIENT)
    assert_there(target, builds, NEWEST)


def test_an_interrupted_download_keeps_verified_files(host: Host, target: Path, builds: Path) -> None:
    host.rules[DATA] = first(cut, then=status(500))
    words = str(fault(host, target))
    assert "requested 3 times" in words
    assert "Verified files are kept; the same command fetches the rest." in words
    assert_there(target, builds)
    before = set(host.requested) - {INDEX, MANIFEST, DATA}
    host.forget()
    download(host.url, target, policy=PATIENT)
    assert before
    assert not before & set(host.requested)
    assert host.requested.count(DATA) == 1
    assert_there(target, builds, NEWEST)


def test_a_kept_file_that_does_not_verify_is_fetched_again(host: Host, target: Path, builds: Path, tmp_path: Path) -> None:
    host.rules[DATA] = first(cut, then=status(404))
    fault(host, target)
    staging = target / f".{NEWEST}.part"
    damaged, linked = staging / "README.md", staging / "CITATION.cff"
    damaged.write_bytes(flip(damaged.read_bytes()))
    (tmp_path / "mine").write_bytes(linked.read_bytes())
    linked.unlink()
    linked.symlink_to(tmp_path / "mine")
    host.forget()
    download(host.url, target, policy=PATIENT)
    assert {f"{NEWEST}/README.md", f"{NEWEST}/CITATION.cff", DATA} <= set(host.requested)
    assert not (target / NEWEST / "CITATION.cff").is_symlink()
    assert_there(target, builds, NEWEST)


def test_files_kept_for_another_manifest_are_removed(host: Host, target: Path, builds: Path) -> None:
    part = target / f".{NEWEST}.part"
    part.mkdir(parents=True)
    (part / "manifest.json").write_text("{}", encoding="utf-8")
    (part / "stray.txt").write_text("stray", encoding="utf-8")
    download(host.url, target, policy=PATIENT)
    assert_there(target, builds, NEWEST)


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


def test_a_redirect_to_another_port(host: Host, second_host: Host, target: Path, builds: Path) -> None:
    for path in [INDEX, *(f"{NEWEST}/{path}" for path in contents(builds / NEWEST))]:
        host.rules[path] = redirect(f"{second_host.url}{path}")
    second_host.rules[DATA] = first(cut)
    download(host.url, target, policy=PATIENT)
    assert second_host.requested.count(DATA) == 2
    assert_there(target, builds, NEWEST)


def test_five_redirects_and_no_more(host: Host, target: Path, builds: Path) -> None:
    host.rules |= {f"hop{hop}": redirect(f"/hop{hop + 1}") for hop in range(1, 5)}
    host.rules |= {INDEX: redirect("hop1"), "hop5": other(lambda _: (builds / INDEX).read_bytes())}
    download(host.url, target, policy=PATIENT)
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


def test_loopback_by_form() -> None:
    assert all(is_loopback(each) for each in ("localhost", "LocalHost", "127.0.0.1", "127.9.9.9", "[::1]", "::1"))
    assert not any(is_loopback(each) for each in ("", "localhost.", "a.localhost", "127.1", "0.0.0.0", "[::]", "10.0.0.1"))


def test_nothing_of_the_environment_is_sent_and_loopback_needs_no_proxy(
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
    download(host.url, target, policy=PATIENT)
    assert_there(target, builds, NEWEST)
    assert {name for headers in host.headers for name in headers} == {"Host", "Accept-Encoding", "User-Agent"}


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for 127.0.0.1 and releases.invalid, not trusted by default."""
    path = tmp_path_factory.mktemp("certificate") / "both.pem"
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here")
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=127.0.0.1".split()
    names = ["-addext", "subjectAltName=IP:127.0.0.1,DNS:releases.invalid"]
    subprocess.run([*command, *names, "-keyout", path, "-out", f"{path}.crt"], check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


@pytest.fixture
def secure_host(builds: Path, certificate: Path) -> Iterator[Host]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with running(Host(builds)) as host:
        host.socket = context.wrap_socket(host.socket, server_side=True, do_handshake_on_connect=False)
        host.scheme = "https"
        yield host


@pytest.fixture
def _trust(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")


def test_a_certificate_that_is_not_trusted(secure_host: Host, host: Host, target: Path) -> None:
    assert "expected a certificate that this machine trusts" in str(fault(secure_host, target))
    assert secure_host.requested == []
    assert "no secure connection" in str(fault(host.url.replace("http:", "https:"), target))


@pytest.mark.usefixtures("_trust")
def test_https(secure_host: Host, host: Host, target: Path, builds: Path) -> None:
    assert "expected a certificate" in str(fault(secure_host.url.replace("127.0.0.1", "localhost"), target))  # another name
    secure_host.rules[INDEX] = redirect(host.url + INDEX)
    assert "expected https as before" in str(fault(secure_host, target))
    assert host.requested == []
    secure_host.rules |= {INDEX: first(cut), DATA: first(cut)}
    download(secure_host.url, target, policy=PATIENT)
    assert_there(target, builds, NEWEST)
    host.rules[INDEX] = redirect(secure_host.url + INDEX)
    download(host.url, target, OLDER, policy=PATIENT)
    assert_there(target, builds, OLDER, NEWEST)


@pytest.mark.usefixtures("_trust")
@pytest.mark.parametrize("rule", [drip, drip_head])
def test_a_slow_host_with_https(secure_host: Host, target: Path, rule: Rule) -> None:
    secure_host.rules[DATA] = rule
    assert "within 0.6 seconds" in str(fault(secure_host, target, policy=HASTY))


# Proxies


@pytest.fixture
def proxy(secure_host: Host) -> Iterator[Proxy]:
    with running(Proxy(secure_host.server_port)) as each:
        yield each


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.usefixtures("_trust")
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_a_proxy(proxy: Proxy, target: Path, builds: Path, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, proxy.url.replace("//", "//someone:s%40cret@"))
    download("https://releases.invalid/", target, policy=PATIENT)
    assert_there(target, builds, NEWEST)
    assert proxy.requested == [("releases.invalid:443", "Basic c29tZW9uZTpzQGNyZXQ=")]


@pytest.mark.usefixtures("_trust")
def test_a_proxy_does_not_loosen_the_checks(
    proxy: Proxy, secure_host: Host, host: Host, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url.removeprefix("http://"))  # as in curl, http is the default
    assert "expected a certificate that this machine trusts" in str(fault("https://other.invalid/", target))
    assert secure_host.requested == []
    for location, words in {host.url: "expected https as before", "http://a.invalid/": "found http, a.invalid"}.items():
        secure_host.rules[INDEX] = redirect(location)
        assert words in str(fault("https://releases.invalid/", target))
    assert host.requested == []


@pytest.mark.usefixtures("_trust")
def test_a_redirect_to_loopback_leaves_the_proxy(
    proxy: Proxy, secure_host: Host, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    secure_host.rules[INDEX] = first(redirect(secure_host.url + INDEX))
    download("https://releases.invalid/", target, policy=PATIENT)
    assert {path for path, _ in proxy.requested} == {"releases.invalid:443"}
    assert secure_host.requested.count(INDEX) == 2


@pytest.mark.parametrize(
    ("answer", "pause", "words"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", 0, "Tunnel connection failed: 407 Proxy Authentication Required"),
        (b"no proxy\r\n", 0, "the answer is incomplete or not HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500, 0.02, "within 0.6 seconds"),
    ],
    ids=["password", "nonsense", "drip"],
)
def test_a_proxy_that_does_not_work(
    target: Path, answer: bytes, pause: float, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(Proxy(1, answer, pause)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", "//someone:secret@"))
        error = fault("https://releases.invalid/", target, policy=HASTY if pause else PATIENT)
        assert words in str(error)
        assert "secret" not in str(error)
        assert proxy.requested[0][0] == "releases.invalid:443"


def test_a_proxy_that_is_not_there(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    assert "no connection through the proxy (no connection (Connection refused))" in str(fault("https://a.invalid/", target))


@pytest.mark.parametrize(
    "address", ["socks5://someone:secret@127.0.0.1:1", "socks5h://127.0.0.1", "ftp://x", "http://", "http://[x"]
)
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "ALL_PROXY"])
def test_a_proxy_of_another_kind_is_refused(target: Path, variable: str, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, address)
    words = str(fault("https://a.invalid/", target))
    assert "expected the address of an http or https proxy in HTTPS_PROXY or ALL_PROXY, found " in words
    assert "a.invalid was not contacted" in words
    assert "secret" not in words


@pytest.mark.parametrize(
    ("address", "exceptions", "is_used"),
    [
        ("https://a.invalid/", "", True),
        ("https://a.invalid/", "a.invalid", False),
        ("https://a.invalid/", "b.invalid,.invalid", False),
        ("https://a.invalid/", "*", False),
        ("https://a.invalid:8443/", "a.invalid:8443", False),
        ("https://a.invalid:8443/", "a.invalid:443", True),
        ("https://ba.invalid/", "a.invalid", True),
        ("https://localhost/", "", False),
        ("https://[::1]:8443/", "", False),
        ("http://127.0.0.1/", "", False),
    ],
)
def test_which_addresses_use_the_proxy(address: str, exceptions: str, is_used: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:3128")
    monkeypatch.setenv("NO_PROXY", exceptions)
    assert (find_proxy(parse_url(address)) is not None) == is_used


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
    host.rules[INDEX] = other(lambda _: json.dumps({"latest": latest, "releases": index}).encode())
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
    host.rules[INDEX] = other(lambda _: b'{"latest": null, "releases": []}')
    assert "expected a release, found none" in str(fault(host, target))
    assert not target.exists()


def test_a_release_that_is_not_there(host: Host, target: Path) -> None:
    for version in ("9.9.9", "1.0", "../1.0.0", "latest"):
        error = fault(host, target, version)
        assert isinstance(error, DownloadError)
        assert f"expected release {version}, found 1.0.0, 1.1.0" in str(error)
    assert not target.exists()


def test_unknown_fields_are_ignored(host: Host, target: Path, builds: Path) -> None:
    def more(raw: dict[str, Any]) -> None:
        raw.update(url="http://a.invalid/", scripts=["rm"])
        raw["files"][0].update(url="http://a.invalid/", link="/etc/passwd", mode=0o4755)

    forge(host, more)
    folder = download(host.url, target, policy=PATIENT)
    ours, theirs = contents(folder), contents(builds / NEWEST)
    assert {name for name in ours if ours[name] != theirs[name]} == {"manifest.json", "SHA256SUMS"}
    done = subprocess.run(["sha256sum", "-c", "--strict", "--quiet", "SHA256SUMS"], cwd=folder, check=False)
    assert done.returncode == 0
    assert not any(path.is_symlink() or path.stat().st_mode & 0o4000 for path in folder.rglob("*"))


# Versions seen before, and releases already present


def older_index(host: Host) -> None:
    """The index before the newest release."""
    index = json.loads((host.root / INDEX).read_text(encoding="utf-8"))
    old = {"latest": OLDER, "releases": index["releases"][:1]}
    host.rules[INDEX] = other(lambda _: json.dumps(old).encode())


@pytest.mark.parametrize("named", [None, OLDER])
def test_the_latest_never_goes_back(host: Host, target: Path, builds: Path, named: str | None) -> None:
    download(host.url, target, named, policy=PATIENT)
    older_index(host)
    words = str(fault(host, target))
    assert f"expected {NEWEST} or newer, which was the latest there before, found {OLDER}" in words
    assert "--allow-older" in words
    assert_there(target, builds, named or NEWEST)
    download(host.url, target, OLDER, policy=PATIENT)
    download(host.url, target, policy=PATIENT, allow_older=True)
    assert_there(target, builds, *sorted({OLDER, named or NEWEST}))
    fault(host, target)


def test_another_host_may_be_behind(host: Host, second_host: Host, target: Path, builds: Path) -> None:
    download(host.url, target, policy=PATIENT)
    older_index(second_host)
    assert download(second_host.url, target, policy=PATIENT).name == OLDER
    assert_there(target, builds, OLDER, NEWEST)


@pytest.mark.parametrize("text", ["{", "[]", '{"x": 1}', '{"x": "new"}', "\udcff"])
def test_a_damaged_memory_of_what_was_seen(host: Host, target: Path, builds: Path, text: str) -> None:
    download(host.url, target, OLDER, policy=PATIENT)
    (target / ".seen.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert "remove the file" in str(fault(host, target))
    (target / ".seen.json").unlink()
    download(host.url, target, policy=PATIENT)
    assert_there(target, builds, OLDER, NEWEST)


def test_a_release_that_changed(host: Host, target: Path, builds: Path) -> None:
    download(host.url, target, policy=PATIENT)
    forge(host, lambda raw: raw.update(date="2026-03-03"))
    words = str(fault(host, target))
    assert "A release never changes, so one of the two is not genuine" in words
    assert_there(target, builds, NEWEST)
    (target / NEWEST / "claims.parquet").write_bytes(b"damaged as well")
    assert "not genuine" in str(fault(host, target))
    shutil.rmtree(target / NEWEST)
    download(host.url, target, policy=PATIENT)
    assert index.read_index(target).releases[-1].date == "2026-03-03"


@pytest.mark.parametrize("name", ["claims.parquet", "manifest.json", "records/claims.csv"])
@pytest.mark.parametrize("damage", ["flip", "remove", "link"])
def test_a_damaged_release_is_fetched_again(host: Host, target: Path, builds: Path, name: str, damage: str) -> None:
    path = download(host.url, target, policy=PATIENT) / name
    right = path.read_bytes()
    path.unlink()
    if damage == "flip":
        path.write_bytes(flip(right))
    elif damage == "link":
        (target / "elsewhere").write_bytes(flip(right))
        path.symlink_to(target / "elsewhere")
    sentences: list[str] = []
    download(host.url, target, policy=PATIENT, listener=Listener(sentences.append, lambda *_: None))
    assert f"{target / NEWEST} is damaged and is fetched again" in sentences
    (target / "elsewhere").unlink(missing_ok=True)
    assert_there(target, builds, NEWEST)
    assert not list(target.glob(".*damaged"))


def test_what_is_of_no_release_is_not_replaced(host: Host, target: Path, builds: Path, tmp_path: Path) -> None:
    mine = target / NEWEST / "mine.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine", encoding="utf-8")
    assert f"found {mine}, which belongs to no release" in str(fault(host, target))
    assert mine.read_text(encoding="utf-8") == "mine"
    mine.unlink()
    mine.parent.rmdir()
    (target / NEWEST).write_text("mine", encoding="utf-8")
    assert "belongs to no release" in str(fault(host, target))
    (target / NEWEST).unlink()
    (target / NEWEST).symlink_to(tmp_path)
    assert "belongs to no release" in str(fault(host, target))
    assert (target / NEWEST).is_symlink()
    (target / NEWEST).unlink()
    (target / NEWEST).mkdir()  # an empty folder is nobody's
    download(host.url, target, policy=PATIENT)
    assert_there(target, builds, NEWEST)


def test_a_release_that_was_not_listed_yet(host: Host, target: Path, builds: Path) -> None:
    download(host.url, target, OLDER, policy=PATIENT)
    shutil.copytree(builds / NEWEST, target / NEWEST)  # as after a crash between the rename and the index
    host.forget()
    download(host.url, target, policy=PATIENT)
    assert host.requested == [INDEX]
    assert_there(target, builds, OLDER, NEWEST)


def test_a_damaged_index_of_the_target(host: Host, target: Path, builds: Path) -> None:
    download(host.url, target, policy=PATIENT)
    (target / INDEX).write_text("{", encoding="utf-8")
    download(host.url, target, policy=PATIENT)
    assert_there(target, builds, NEWEST)


def test_a_copy_under_another_name_is_not_listed(host: Host, target: Path) -> None:
    download(host.url, target, OLDER, policy=PATIENT)
    shutil.copytree(target / OLDER, target / "1.0.0-mine")
    download(host.url, target, policy=PATIENT)
    assert [each.version for each in index.read_index(target).releases] == [OLDER, NEWEST]
    shutil.copytree(target / OLDER, target / "2.0.0")
    with pytest.raises(ManifestError, match=r"expected release 2\.0\.0, found 1\.0\.0"):
        index.write_index(target)


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
    assert host.requested.count(DATA) == 1
    assert_there(target, builds, NEWEST)


def test_killed_midway(host: Host, target: Path, builds: Path) -> None:
    host.rules[DATA] = silent
    process = start("--from", host.url, "--to", target)
    for _ in range(1000):
        if DATA in host.requested:
            break
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=10)
    assert process.returncode == -signal.SIGKILL
    assert_there(target, builds)
    before = set(host.requested) - {INDEX, MANIFEST, DATA}
    host.forget()
    download(host.url, target, policy=PATIENT)
    assert before
    assert not before & set(host.requested)
    assert_there(target, builds, NEWEST)


def test_ctrl_c_does_not_wait_for_a_silent_host(host: Host, target: Path, builds: Path) -> None:
    host.rules[DATA] = silent
    process = start("--from", host.url, "--to", target)
    for _ in range(1000):
        if DATA in host.requested:
            break
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=10)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert_there(target, builds)


@pytest.mark.parametrize("step", ["prepare_staging", "replace_directory", "write_index", "replace"])
def test_a_crash_at_any_step(host: Host, target: Path, builds: Path, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os if step == "replace" else client, step, crash)
        with pytest.raises(KeyboardInterrupt):
            download(host.url, target, policy=PATIENT)
    names = [path.name for path in target.iterdir() if not path.name.startswith(".")]
    assert names in ([], [NEWEST])
    if names:
        assert contents(target / NEWEST) == contents(builds / NEWEST)
    download(host.url, target, policy=PATIENT)
    assert_there(target, builds, NEWEST)


# Offline


def test_offline(host: Host, target: Path, builds: Path) -> None:
    for version in (None, OLDER):
        with pytest.raises(DownloadError, match=r"found none\. Nothing was fetched; run the command without --offline"):
            find_downloaded(target, version)
    assert not target.exists()
    download(host.url, target, OLDER, policy=PATIENT)
    assert find_downloaded(target) == find_downloaded(target, OLDER) == target / OLDER
    with pytest.raises(DownloadError, match=r"expected release 1\.1\.0, found 1\.0\.0"):
        find_downloaded(target, NEWEST)
    path = target / OLDER / "records" / "claims.csv"
    path.write_bytes(flip(path.read_bytes()))
    with pytest.raises(ManifestError, match=r"records/claims\.csv: expected"):
        find_downloaded(target)


# The command


def test_the_command(call: Call, host: Host, target: Path, builds: Path) -> None:
    done = call("download", "--from", host.url, "--to", target)
    assert done == (0, f"{target / NEWEST}\n", f"from {host.url} to {target}\n1.1.0: fetched and verified\n")
    assert_there(target, builds, NEWEST)
    again = call("download", NEWEST, "--from", host.url, "--to", target, "--quiet")
    assert again == (0, f"{target / NEWEST}\n", "")
    offline = call("download", "--offline", "--to", target)
    assert offline == (0, f"{target / NEWEST}\n", "1.1.0: present, verified\n")


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


def test_a_file_may_take_ten_times_the_timeout(call: Call, host: Host, target: Path) -> None:
    host.rules[INDEX] = drip_head
    done = call("download", "--from", host.url, "--to", target, "--timeout", "0.1", "--quiet")
    assert (done.code, done.out) == (2, "")
    assert "expected the whole file within 1 seconds" in done.err


def test_wrong_calls(call: Call, target: Path, tmp_path: Path) -> None:
    done = call("download", "--to", target)
    assert (done.code, done.out) == (2, "")
    assert "give --from ADDRESS to download, or --offline" in done.err
    assert call("download", "--from", "x", "--timeout", "0").code == 2
    (tmp_path / "file").write_text("", encoding="utf-8")
    builds = ROOT / "build"
    unwritable = call("download", "--from", builds, "--to", tmp_path / "file" / "x")
    assert (unwritable.code, unwritable.out) == (2, "")
    assert "Traceback" not in unwritable.err


def test_the_default_folder_is_where_queries_look(run: Run, tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path / "data"), "HOME": str(tmp_path)}
    done = run("download", OLDER, "--from", ROOT / "build", env=environment)
    assert done.returncode == 0
    folder = Path(done.stdout.strip())
    assert folder.is_relative_to(tmp_path)
    assert_there(folder.parent, ROOT / "build", OLDER)
    answer = run("query", "SELECT 1 AS a", "-f", "csv", "-r", OLDER, "-w", FICTION, env=environment)
    assert (answer.stdout, answer.stderr.splitlines()[-1]) == ("a\n1\n", f"querying release {OLDER}")


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
    output = b""
    for _ in range(1000):
        if select.select([side], [], [], 0.05)[0]:
            try:
                output += os.read(side, 65536)
            except OSError:  # the other side is gone
                break
        elif process.poll() is not None:
            break
    os.close(side)
    assert process.communicate(timeout=10)[0] == f"{tmp_path / 'other' / NEWEST}\n".encode()
    assert b"\x1b[" in output
    assert b"kB" in output
    assert b"fetched and verified" in output


def test_other_commands_do_not_load_it() -> None:
    code = (
        "import sys\nfrom kursk_claims.cli.main import main\n"
        "sys.argv = ['kursk-claims', 'query', 'FROM codes', '-q', '-w', sys.argv[1]]\n"
        "try:\n    main()\nexcept SystemExit as ended:\n    assert not ended.code\n"
        "assert not {'urllib3', 'filelock', 'rich', 'kursk_claims.download'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(FICTION)], check=True, stdout=subprocess.DEVNULL)
