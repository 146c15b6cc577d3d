"""Which addresses, certificates, redirects and proxies `download` accepts."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from urllib3.util import parse_url

from downloads import DATA, HASTY, INDEX, MANIFEST, NEWEST, OLDER, PATIENT, assert_there, contents, fault
from kursk_claims.download.addresses import find_proxy, is_loopback
from kursk_claims.download.client import download
from kursk_claims.errors import DownloadError
from misbehaving_host import (
    Handler,
    Host,
    Proxy,
    Rule,
    cut,
    drip,
    drip_head,
    first,
    other,
    redirect,
    running,
)


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
    message = str(fault(secure_host, target))
    assert "expected a certificate that this machine trusts" in message
    assert "SSL_CERT_FILE" in message
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
    words = str(fault("https://a.invalid/", target))
    assert (
        "no connection through the proxy http://127.0.0.1:1 (no connection (Connection refused)). It is set in HTTPS_PROXY"
        in words
    )


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
