"""A static host on loopback that can be told to misbehave, path by path."""

from __future__ import annotations

import gzip
import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Host(http.server.ThreadingHTTPServer):
    """A static host of a folder on loopback; `rules` say which paths it answers in another way."""

    daemon_threads = True

    def __init__(self, root: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.root = root
        self.rules: dict[str, Rule] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.headers: list[dict[str, str]] = []
        self.connections = 0
        self.over = threading.Event()
        self.scheme = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_port}/"

    def process_request(self, *args: Any) -> None:
        self.connections += 1
        super().process_request(*args)

    def handle_error(self, *args: Any) -> None:
        """A client that goes away is no error of the host."""

    def ranges(self, path: str) -> list[str | None]:
        return [each for asked, each in self.asked if asked == path]

    def forget(self) -> None:
        self.rules.clear()
        self.asked.clear()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Host

    def do_GET(self) -> None:
        path = self.path.lstrip("/")
        self.server.asked.append((path, self.headers.get("Range")))
        self.server.headers.append(dict(self.headers))
        file = self.server.root / path
        content = file.read_bytes() if file.is_file() else b""
        rule = self.server.rules.get(path) or (serve if file.is_file() else status(404))
        rule(self, content)

    def log_message(self, *args: Any) -> None:
        pass

    def head(self, code: int, **headers: object) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def start(self) -> int:
        return int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").rstrip("-"))

    def send(self, data: bytes, *, pause: float = 0, size: int = 2**20) -> None:
        """Send in pieces with pauses, until the test is over."""
        for at in range(0, len(data), size):
            if self.server.over.wait(pause):
                return
            self.wfile.write(data[at : at + size])


Rule = Callable[[Handler, bytes], None]


def serve(handler: Handler, content: bytes, **how: Any) -> None:
    """As it should be."""
    start, size = handler.start(), len(content)
    if start >= size > 0:
        handler.head(416, Content_Length=0, Content_Range=f"bytes */{size}")
    elif start:
        handler.head(206, Content_Length=size - start, Content_Range=f"bytes {start}-{size - 1}/{size}")
        handler.send(content[start:], **how)
    else:
        handler.head(200, Content_Length=size)
        handler.send(content, **how)


def steadily(handler: Handler, content: bytes) -> None:
    """Slow, but no slower than is borne with."""
    serve(handler, content, pause=0.02, size=4096)


def whole(handler: Handler, content: bytes) -> None:
    """A host that knows no ranges."""
    handler.head(200, Content_Length=len(content))
    handler.send(content)


def until_closed(handler: Handler, content: bytes) -> None:
    """A host that tells no length."""
    handler.head(200, Connection="close")
    handler.send(content)
    handler.close_connection = True


def chunked(handler: Handler, content: bytes) -> None:
    handler.head(200, Transfer_Encoding="chunked")
    for at in range(0, len(content), 1000):
        piece = content[at : at + 1000]
        handler.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
    handler.wfile.write(b"0\r\n\r\n")


def status(code: int) -> Rule:
    return lambda handler, _: handler.head(code, Content_Length=0)


def redirect(to: str, code: int = 302) -> Rule:
    return lambda handler, _: handler.head(code, Content_Length=0, Location=to)


def other(change: Callable[[bytes], bytes], then: Rule = serve) -> Rule:
    return lambda handler, content: then(handler, change(content))


def flip(content: bytes) -> bytes:
    return content[:-7] + bytes([content[-7] ^ 1]) + content[-6:]


def announced(by: int) -> Rule:
    """The right bytes under a wrong Content-Length."""

    def rule(handler: Handler, content: bytes) -> None:
        handler.head(200, Content_Length=len(content) + by)
        handler.send(content)
        handler.close_connection = True

    return rule


def cut(handler: Handler, content: bytes) -> None:
    """Half of what was asked for, then the connection ends."""
    start, size = handler.start(), len(content)
    extra = {"Content_Range": f"bytes {start}-{size - 1}/{size}"} if start else {}
    handler.head(206 if start else 200, Content_Length=size - start, **extra)
    handler.send(content[start : (start + size) // 2])
    handler.close_connection = True


def first(*rules: Rule, then: Rule = serve) -> Rule:
    """One rule for each of the first requests, another for the rest."""
    left = list(rules)

    def rule(handler: Handler, content: bytes) -> None:
        (left.pop(0) if left else then)(handler, content)

    return rule


def endless(handler: Handler, _: bytes) -> None:
    handler.head(200, Connection="close")
    handler.send(b" " * 2**27)
    handler.close_connection = True


def drip(handler: Handler, content: bytes) -> None:
    handler.head(200, Content_Length=len(content))
    handler.send(content, pause=0.05, size=1)


def drip_head(handler: Handler, _: bytes) -> None:
    handler.send(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500, pause=0.05, size=1)


def drip_chunk(handler: Handler, _: bytes) -> None:
    handler.head(200, Transfer_Encoding="chunked")
    handler.send(b"0" * 1000, pause=0.05, size=1)


def silent(handler: Handler, _: bytes) -> None:
    handler.server.over.wait(20)


def nonsense(handler: Handler, _: bytes) -> None:
    handler.wfile.write(b"\x16\x03\x01 what?\r\n\r\n")
    handler.close_connection = True


def packed(handler: Handler, content: bytes) -> None:
    body = gzip.compress(content)
    handler.head(200, Content_Encoding="gzip", Content_Length=len(body))
    handler.send(body)


def wrong_range(handler: Handler, content: bytes) -> None:
    """Another part than was asked for."""
    handler.head(206 if handler.start() else 500, Content_Length=10, Content_Range=f"bytes 0-9/{len(content)}")
    handler.send(content[:10])


def no_range(handler: Handler, _: bytes) -> None:
    handler.head(416 if handler.start() else 500, Content_Length=0)


@contextmanager
def running(host: Host) -> Iterator[Host]:
    """The host, answering in a thread."""
    thread = threading.Thread(target=host.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield host
    finally:
        host.over.set()
        host.shutdown()
        host.server_close()
        thread.join()
