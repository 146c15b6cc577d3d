"""Fetches files from a static host over the network, or from a folder. Does not verify what they contain."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from urllib3 import BaseHTTPResponse, PoolManager, ProxyManager
from urllib3.exceptions import HTTPError, NameResolutionError, NewConnectionError, ProxyError, SSLError, TimeoutError
from urllib3.util import Url, make_headers

from kursk_claims._version import __version__
from kursk_claims.download.addresses import check_address, describe_proxy, find_proxy, identify_origin, shorten
from kursk_claims.download.retry import DEFAULT_POLICY, TRANSIENT_STATUSES, TransientError, TransportPolicy, retry
from kursk_claims.download.suggestions import suggest_address
from kursk_claims.errors import DownloadError, ManifestError
from kursk_claims.release.manifest import MAX_MANIFEST_SIZE

MAX_REDIRECTS = 5
CHUNK_SIZE = 64 * 2**10
MAX_WAIT = 20  # seconds that a host may ask to wait; the pauses between attempts are as long
CERTIFICATE_FIX = "Name the file of an authority of your own in SSL_CERT_FILE"
PROXY_FIX = "It is set in HTTPS_PROXY or ALL_PROXY; correct it, or add the host to NO_PROXY."
OFFLINE_FIX = (
    "If this machine is offline or behind a proxy, set HTTPS_PROXY, name a folder with a copy in --from, or verify a copy that "
    "is present with --offline; without a download, commands use the release in the package"
)
HEADERS = {"Accept-Encoding": "identity", "User-Agent": f"kursk-claims/{__version__}"}


class MissingFileError(DownloadError):
    """The source has no file of that name."""


def open_transport(source: str, policy: TransportPolicy = DEFAULT_POLICY) -> Folder | WebHost:
    """Return the transport for an address or a folder. Raises `DownloadError`."""
    scheme = source.split(":", 1)[0].lower() if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", source) else ""
    if (suggestion := suggest_address(source)) and not os.path.exists(source):
        raise DownloadError(
            f"{shorten(source)}: expected an address or a folder that holds index.json, found {suggestion.problem} "
            f"(did you mean {shorten(suggestion.address)}?). Nothing was fetched."
        )
    if scheme == "":
        return Folder(Path(source))
    if scheme == "file":
        parts = urlsplit(source)
        if parts.netloc.lower() not in ("", "localhost"):
            raise DownloadError(f"{source}: expected a folder of this machine, found one of {parts.netloc}. Nothing was fetched.")
        return Folder(Path(url2pathname(parts.path)))
    url = check_address(source)
    if url.query is not None or url.fragment is not None:
        raise DownloadError(f"{source}: expected the address of a folder, found a query or a fragment. Nothing was fetched.")
    return WebHost(url.url.rstrip("/") + "/", identify_origin(url), policy)


class Folder:
    """Files in a folder of this machine; `origin` is the same for all its spellings."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.name = self.origin = str(root.resolve())

    def locate(self, path: str) -> str:
        """Return the path of a file, for messages."""
        return str(self.root / path)

    def describe_route(self) -> str:
        """Return nothing: no proxy is used."""
        return ""

    def fetch(self, path: str, out: BinaryIO, size: int | None) -> None:
        """Write a file to `out`, at most `size` bytes; None stands for an index or a manifest.

        Raises `ManifestError` where the file is larger, `DownloadError` where it is missing.
        """
        place = self.root / path
        if not place.exists():
            raise MissingFileError(f"{place}: expected a file, found none.")
        if not place.is_file():
            raise DownloadError(f"{place}: expected a file, found something else.")
        with place.open("rb") as file:
            copy_limited(iter(partial(file.read, CHUNK_SIZE), b""), out, size, str(place))


class WebHost:
    """Files on a static host; `origin` is the same for all spellings of its address.

    Sends no cookies and no passwords, and checks the target of each redirect.
    """

    def __init__(self, name: str, origin: str, policy: TransportPolicy) -> None:
        self.name = name
        self.origin = origin
        self.policy = policy
        self._pools: dict[Url | None, PoolManager] = {}

    def locate(self, path: str) -> str:
        """Return the address of a file, for messages."""
        return self.name + path

    def describe_route(self) -> str:
        """Return through which proxy the host is asked, for messages; nothing if directly."""
        with suppress(DownloadError):  # which fetching raises, with advice
            if proxy := find_proxy(check_address(self.name)):
                return f" through the proxy {describe_proxy(proxy)}"
        return ""

    def fetch(self, path: str, out: BinaryIO, size: int | None) -> None:
        """Write a file to `out`, as `Folder.fetch` does, with retries and within the deadline."""
        address = self.locate(path)
        retry(partial(self._fetch_once, address, out, size), self.policy, address)

    def _fetch_once(self, address: str, out: BinaryIO, size: int | None) -> None:
        out.seek(0)
        out.truncate()
        url = check_address(address)
        for _ in range(MAX_REDIRECTS + 1):
            with self._request(url) as response:
                location = response.get_redirect_location()
                if location is False:
                    check_response(response, url)
                    received = copy_limited(iter(partial(response.read1, CHUNK_SIZE), b""), out, size, shorten(url))
                    if size is not None and received < size and "Content-Length" not in response.headers:
                        # Without an announced length, a file that was cut off looks complete.
                        raise TransientError(f"{shorten(url)}: expected {size} bytes, found {received}.")
                    return
                if not location:
                    raise DownloadError(f"{shorten(url)}: expected a file, found a redirect without a target.")
                url = check_address(location, redirected_from=url)._replace(fragment=None)
        raise DownloadError(f"{address}: expected a file, found more than {MAX_REDIRECTS} redirects.")

    @contextmanager
    def _request(self, url: Url) -> Iterator[BaseHTTPResponse]:
        options = {"redirect": False, "retries": False, "preload_content": False, "decode_content": False}
        try:
            # Closing a response that was read to its end leaves its connection in the pool, for the next file.
            with closing(self._pool(url).urlopen("GET", url.url, headers=HEADERS, **options)) as response:
                yield response
        except HTTPError as error:  # never from writing the file, whose errors are not urllib3's
            raise translate_error(error, url, self.policy.timeout) from None

    def _pool(self, url: Url) -> PoolManager:
        proxy = find_proxy(url)
        if proxy not in self._pools:
            if proxy is None:
                self._pools[proxy] = PoolManager(timeout=self.policy.timeout)
            else:
                headers = make_headers(proxy_basic_auth=unquote(proxy.auth)) if proxy.auth else None
                self._pools[proxy] = ProxyManager(proxy.url, proxy_headers=headers, timeout=self.policy.timeout)
        return self._pools[proxy]


def copy_limited(chunks: Iterable[bytes], out: BinaryIO, size: int | None, address: str) -> int:
    """Write chunks to a file, at most `size` bytes, and return their size. Raises `ManifestError` beyond it."""
    limit, received = MAX_MANIFEST_SIZE if size is None else size, 0
    for chunk in chunks:
        received += len(chunk)
        if received > limit:
            out.write(chunk[: limit - received])
            raise ManifestError(f"{address}: expected at most {limit} bytes, found more.")
        out.write(chunk)
    return received


def check_response(response: BaseHTTPResponse, url: Url) -> None:
    """Raise `TransientError` or `DownloadError` unless the response is a whole file, not compressed."""
    if response.status != 200:
        status = f"status {response.status}"
        with suppress(ValueError):
            status = f"{response.status} {HTTPStatus(response.status).phrase}"
        delay = response.headers.get("Retry-After", "")
        if delay.isascii() and delay.isdigit() and len(delay) < 9 and int(delay) > MAX_WAIT:
            raise DownloadError(f"{shorten(url)}: found {status}. The host asks to wait {int(delay)} seconds; try again then.")
        kind = TransientError if response.status in TRANSIENT_STATUSES else DownloadError
        raise (MissingFileError if response.status in (404, 410) else kind)(f"{shorten(url)}: expected a file, found {status}.")
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        raise DownloadError(f"{shorten(url)}: expected a file without compression, found {encoding!r:.40}.")


def translate_error(error: HTTPError, url: Url, timeout: float) -> Exception:
    """Return `DownloadError` for a certificate that is not trusted, `TransientError` for other errors of the network."""
    cause = error.args[0] if isinstance(error, SSLError) and error.args else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        reason = f"expected a certificate that this machine trusts, found: {cause.verify_message}. {CERTIFICATE_FIX}"
        return DownloadError(f"{shorten(url)}: {reason}. Nothing was requested.")
    if isinstance(error, ProxyError) and (proxy := find_proxy(url)):
        reason = describe_error(error.original_error, timeout)
        return TransientError(f"{shorten(url)}: no connection through the proxy {describe_proxy(proxy)} ({reason}). {PROXY_FIX}")
    return TransientError(f"{shorten(url)}: {describe_error(error, timeout)}.")


def describe_error(error: Exception, timeout: float) -> str:
    """Return in words what went wrong on the network."""
    if isinstance(error, NameResolutionError):
        return f"the host name cannot be resolved. {OFFLINE_FIX}"
    if isinstance(error, NewConnectionError):
        return f"no connection ({getattr(error.__cause__, 'strerror', None) or 'refused'})"
    if isinstance(error, TimeoutError):
        return f"no answer within {timeout:g} seconds"
    if isinstance(error, SSLError):
        return f"no secure connection ({getattr(error.args[0], 'reason', None) or 'refused'})"
    if isinstance(error, OSError) and str(error).startswith("Tunnel connection failed"):
        return str(error)[:200]
    return "the answer is incomplete or not HTTP"


Transport = Folder | WebHost
