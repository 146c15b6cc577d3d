"""Where a release is fetched from: a static host over the network, or a folder of this machine. Neither is trusted.

A host gives bytes and what it says of them; whether they are right is found out by whoever asked (`download.py`).
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import ssl
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from socket import SHUT_RDWR, socket
from threading import Event, Thread
from typing import BinaryIO, Protocol
from urllib.parse import urljoin, urlsplit
from urllib.request import url2pathname

from urllib3 import HTTPResponse
from urllib3 import exceptions as faults
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import Url, parse_url

from kursk_claims._version import __version__

REDIRECTS = 5
REDIRECTING = (301, 302, 303, 307, 308)
PASSING = (408, 425, 429, 500, 502, 503, 504)  # what may be over in a moment
PIECE = 64 * 2**10


class DownloadError(OSError):
    """The call, the host or the network is at fault."""


class Interrupted(Exception):
    """An answer did not come or ended early, and may come when asked again; `keep` is False where the part of it is no use."""

    def __init__(self, words: str, *, keep: bool = True) -> None:
        super().__init__(words)
        self.keep = keep


@dataclass(frozen=True)
class Limits:
    """How patient one is with a host.

    wait: seconds for a connection, for the head of an answer and for each piece of it; slowest: bytes a second that an
    answer must come to, on average, once `wait` is over; tries: how often a file is asked for; pause: seconds before the third
    time (the second comes at once), doubled each time after.
    """

    wait: float = 30.0
    slowest: int = 4096
    tries: int = 5
    pause: float = 1.0


PATIENT = Limits()


@dataclass(frozen=True)
class Answer:
    """A file as it comes: the offset of the first byte, the size of the whole file if that is told, the bytes."""

    start: int
    size: int | None
    pieces: Iterator[bytes]


class Host(Protocol):
    """A folder of releases, wherever it is. `name` is its address."""

    name: str

    def place(self, path: str) -> str:
        """How a file is called in words to people."""

    def open(self, path: str, start: int) -> AbstractContextManager[Answer]:
        """Ask for a file from a byte on; the host may start from 0 all the same.

        Raises `Interrupted` where asking again may help, `DownloadError` where not; so does reading the pieces.
        """

    def close(self) -> None: ...


def open_host(source: str, limits: Limits = PATIENT) -> Host:
    """The host at an address (https, or http on this machine) or in a folder. Raises `DownloadError`."""
    scheme = source.split(":", 1)[0].lower() if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", source) else ""
    if scheme in ("", "file"):
        return Folder(_local_path(source) if scheme else Path(source))
    url = allowed(source)
    if url.query is not None or url.fragment is not None:
        raise DownloadError(
            f"{source}: expected the address of a folder, found one with a query or a fragment. Nothing was fetched."
        )
    return WebHost(url.url.rstrip("/") + "/", limits)


def _local_path(source: str) -> Path:
    parts = urlsplit(source)
    if parts.netloc.lower() not in ("", "localhost"):
        raise DownloadError(f"{source}: expected a folder of this machine, found one of {parts.netloc}. Nothing was fetched.")
    return Path(url2pathname(parts.path))


def allowed(address: str, *, after: str | None = None) -> Url:
    """The parsed address if one may go there: https, or http on this machine; never from https to http.

    Raises `DownloadError`, before anything is looked up or connected to.
    """
    end = f"{after} redirects there; it was not contacted." if after else "Nothing was fetched."
    try:
        url = parse_url(address)
    except faults.LocationParseError:
        raise DownloadError(f"expected an address, found {address!r:.300}. {end}") from None
    told = f"{url.scheme or 'no scheme'}, {url.host or 'no host'}"
    if url.auth is not None:
        raise DownloadError(f"expected an address without a user's name, found one ({told}). {end}")
    if not url.host or not (url.scheme == "https" or (url.scheme == "http" and is_loopback(url.host))):
        raise DownloadError(f"expected https, or http on this machine itself, found {told}. {end}")
    if after is not None and after.startswith("https:") and url.scheme != "https":
        raise DownloadError(f"expected https as before, found {told}. {end}")
    return url


def is_loopback(host: str) -> bool:
    """Whether a host's name or address is this machine by its form, without looking it up."""
    try:
        return host.lower() == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class Folder:
    """A folder of this machine, with `index.json` in it."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.name = str(root.resolve())

    def place(self, path: str) -> str:
        return str(self.root / path)

    @contextmanager
    def open(self, path: str, start: int) -> Iterator[Answer]:
        place = self.root / path
        if not place.is_file():
            raise DownloadError(f"{place}: expected a file, found {'something else' if place.exists() else 'none'}.")
        with place.open("rb") as file:
            file.seek(start)
            yield Answer(start, place.stat().st_size, _read(file))

    def close(self) -> None:
        pass


def _read(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


class WebHost:
    """A static host. Cookies, proxies and passwords of the environment are not used; redirects are followed by hand.

    Works on urllib3's connections, not its pools: these hide the socket, and with it the way to end an answer whose head or
    chunk sizes come byte by byte, each byte within the time for one read.
    """

    def __init__(self, base: str, limits: Limits) -> None:
        self.name = base
        self.limits = limits
        self._connection: HTTPConnection | None = None
        self._origin: tuple[str | None, ...] = ()
        self._trusted: ssl.SSLContext | None = None

    def place(self, path: str) -> str:
        return self.name + path

    @contextmanager
    def open(self, path: str, start: int) -> Iterator[Answer]:
        place = self.place(path)
        for _ in range(REDIRECTS + 1):
            with self._ask(place, start) as (response, watch):
                if response.status not in REDIRECTING:
                    yield self._answer(response, watch, place, start)
                    return
                place = _next(place, response.headers.get("Location"))
        raise DownloadError(f"{self.place(path)}: expected a file, found more than {REDIRECTS} redirects.")

    @contextmanager
    def _ask(self, place: str, start: int) -> Iterator[tuple[HTTPResponse, _Watch]]:
        url = allowed(place)
        with self._network(place):
            connection = self._connect(url)
        assert connection.sock is not None
        watch, response = _Watch(connection.sock, self.limits.wait), None
        try:
            with self._network(place, watch):
                connection.request("GET", url.request_uri, headers=_headers(start), preload_content=False, decode_content=False)
                response = connection.getresponse()
            yield response, watch
        finally:
            watch.end()
            if response is None or not response.closed:  # the connection is good for another file only when this one is read out
                self.close()
            if response is not None:
                response.close()

    def _connect(self, url: Url) -> HTTPConnection:
        """A connection to the address: the one at hand if it goes there and still stands."""
        origin = (url.scheme, url.host, str(url.port))
        if self._connection is not None and origin == self._origin and self._connection.is_connected:
            return self._connection
        self.close()
        host = str(url.host).strip("[]")
        if url.scheme == "https":
            self._trusted = self._trusted or ssl.create_default_context()
            connection: HTTPConnection = HTTPSConnection(host, url.port, timeout=self.limits.wait, ssl_context=self._trusted)
        else:
            connection = HTTPConnection(host, url.port, timeout=self.limits.wait)
        self._connection, self._origin = connection, origin
        try:
            connection.connect()
        except BaseException:
            self.close()
            raise
        return connection

    def _answer(self, response: HTTPResponse, watch: _Watch, place: str, start: int) -> Answer:
        status = response.status
        if status in PASSING:
            raise Interrupted(f"{place}: expected a file, found {_status(status)}.")
        if start and (status == 416 or (status == 206 and _range(response)[0] != start)):
            raise Interrupted(f"{place}: the rest of the file cannot be had.", keep=False)
        if status != 200 and not (start and status == 206):
            raise DownloadError(f"{place}: expected a file, found {_status(status)}.")
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding not in ("", "identity"):
            raise DownloadError(f"{place}: expected the file's own bytes, found them packed ({encoding!r:.40}).")
        begin, size = _range(response) if status == 206 else (0, response.length_remaining)
        return Answer(begin, size, self._pieces(response, watch, place))

    def _pieces(self, response: HTTPResponse, watch: _Watch, place: str) -> Iterator[bytes]:
        began, got = time.monotonic(), 0
        while True:
            with self._network(place, watch):
                piece = response.read1(PIECE)
                if watch.bit:  # what was cut off may look complete
                    raise TimeoutError
            if not piece:
                return
            watch.came()
            got += len(piece)
            yield piece
            if time.monotonic() - began > self.limits.wait + got / self.limits.slowest:
                raise Interrupted(f"{place}: slower than {self.limits.slowest} bytes a second.")

    @contextmanager
    def _network(self, place: str, watch: _Watch | None = None) -> Iterator[None]:
        """Say in words what the network did."""
        try:
            yield
        except DownloadError:
            raise
        except ssl.SSLCertVerificationError as error:
            words = f"expected a certificate that this machine trusts, found: {error.verify_message}"
            raise DownloadError(f"{place}: {words}. Nothing was asked for.") from None
        except (faults.HTTPError, http.client.HTTPException, OSError) as error:
            slow = watch is not None and watch.bit
            raise Interrupted(f"{place}: {self._reason(TimeoutError() if slow else error)}.") from None

    def _reason(self, error: Exception) -> str:
        if isinstance(error, (faults.TimeoutError, TimeoutError)) and not isinstance(error, faults.NewConnectionError):
            return f"no answer within {self.limits.wait:g} seconds"
        if isinstance(error, faults.NameResolutionError):
            return "no such host is known here"
        if isinstance(error, faults.NewConnectionError):
            return f"no connection ({getattr(error.__cause__, 'strerror', None) or 'refused'})"
        if isinstance(error, ssl.SSLError):
            return f"no secure connection ({error.reason or 'refused'})"
        return "the answer was cut off or is none"

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def _headers(start: int) -> dict[str, str]:
    headers = {"Accept-Encoding": "identity", "User-Agent": f"kursk-claims/{__version__}"}
    return headers | ({"Range": f"bytes={start}-"} if start else {})


def _next(place: str, location: str | None) -> str:
    if not location:
        raise DownloadError(f"{place}: expected a file, found a redirect to nowhere.")
    try:
        address = urljoin(place, location)
    except ValueError:
        raise DownloadError(f"{place}: expected a file, found a redirect to {location!r:.300}, which is no address.") from None
    return allowed(address, after=place)._replace(fragment=None).url


def _range(response: HTTPResponse) -> tuple[int, int | None]:
    """The offset and the whole size that a partial answer tells; -1 where it tells none."""
    match = re.fullmatch(r"bytes (\d{1,18})-\d{1,18}/(\d{1,18}|\*)", response.headers.get("Content-Range", ""), re.ASCII)
    return (int(match[1]), None if match[2] == "*" else int(match[2])) if match else (-1, None)


def _status(status: int) -> str:
    with suppress(ValueError):
        return f"{status} {HTTPStatus(status).phrase}"
    return f"status {status}"


class _Watch:
    """Ends a connection from another thread when nothing came for too long: whoever reads from it finds it cut off."""

    def __init__(self, sock: socket, seconds: float) -> None:
        self._sock, self._seconds = sock, seconds
        self._event, self._over = Event(), False
        self.bit = False
        Thread(target=self._run, daemon=True).start()

    def came(self) -> None:
        self._event.set()

    def end(self) -> None:
        self._over = True
        self._event.set()

    def _run(self) -> None:
        while self._event.wait(self._seconds):
            self._event.clear()  # before the look at _over, so that an end in between is not lost
            if self._over:
                return
        self.bit = True
        with suppress(OSError):
            self._sock.shutdown(SHUT_RDWR)
