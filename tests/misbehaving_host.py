"""A static host and a proxy on loopback, for tests. The host can misbehave, path by path."""

from __future__ import annotations

import gzip
import http.server
import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar


class Server(http.server.ThreadingHTTPServer):
    """A server on a free port of loopback."""

    daemon_threads = True

    def __init__(self, handler: type[http.server.BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.is_over = threading.Event()

    def handle_error(self, *args: Any) -> None:
        """Ignore clients that disconnect."""


class Host(Server):
    """A static host of a folder; `rules` name the paths that it answers differently."""

    def __init__(self, root: Path) -> None:
        super().__init__(Handler)
        self.root = root
        self.rules: dict[str, Rule] = {}
        self.requested: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.connections = 0
        self.scheme = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_port}/"

    def process_request(self, *args: Any) -> None:
        self.connections += 1
        super().process_request(*args)

    def forget(self) -> None:
        self.rules.clear()
        self.requested.clear()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Host

    def do_GET(self) -> None:
        path = self.path.lstrip("/")
        self.server.requested.append(path)
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

    def send(self, data: bytes, *, pause: float = 0, size: int = 2**20) -> None:
        """Send in pieces with pauses, until the test is over."""
        for at in range(0, len(data), size):
            if self.server.is_over.wait(pause):
                return
            self.wfile.write(data[at : at + size])


Rule = Callable[[Handler, bytes], None]


def serve(handler: Handler, content: bytes, **how: Any) -> None:
    """Answer as a static host should."""
    handler.head(200, Content_Length=len(content))
    handler.send(content, **how)


def steadily(handler: Handler, content: bytes) -> None:
    """Answer slowly, but in time."""
    serve(handler, content, pause=0.02, size=4096)


def until_closed(handler: Handler, content: bytes) -> None:
    """Announce no length."""
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
    """Send the right bytes with a wrong Content-Length."""

    def rule(handler: Handler, content: bytes) -> None:
        handler.head(200, Content_Length=len(content) + by)
        handler.send(content)
        handler.close_connection = True

    return rule


def cut(handler: Handler, content: bytes) -> None:
    """Send half of the file, then close the connection."""
    handler.head(200, Content_Length=len(content))
    handler.send(content[: len(content) // 2])
    handler.close_connection = True


def cut_chunked(handler: Handler, content: bytes) -> None:
    """Send one chunk of several, then close the connection."""
    handler.head(200, Transfer_Encoding="chunked")
    handler.wfile.write(b"%x\r\n%b\r\n" % (len(content) // 2, content[: len(content) // 2]))
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
    handler.send(content, pause=0.02, size=1)


def drip_head(handler: Handler, _: bytes) -> None:
    handler.send(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500, pause=0.02, size=1)


def drip_chunk(handler: Handler, _: bytes) -> None:
    handler.head(200, Transfer_Encoding="chunked")
    handler.send(b"0" * 1000, pause=0.02, size=1)


def silent(handler: Handler, _: bytes) -> None:
    handler.server.is_over.wait(20)


def nonsense(handler: Handler, _: bytes) -> None:
    handler.wfile.write(b"\x16\x03\x01 what?\r\n\r\n")
    handler.close_connection = True


def packed(handler: Handler, content: bytes) -> None:
    body = gzip.compress(content)
    handler.head(200, Content_Encoding="gzip", Content_Length=len(body))
    handler.send(body)


def flood(head: bytes, piece: bytes) -> Rule:
    """Send the start of an answer and then the same piece for ever, whether or not it is HTTP."""

    def rule(handler: Handler, _: bytes) -> None:
        handler.close_connection = True
        handler.wfile.write(head)
        while not handler.server.is_over.is_set():
            handler.wfile.write(piece)

    return rule


def raw(answer: bytes) -> Rule:
    """Send these bytes and close the connection."""

    def rule(handler: Handler, _: bytes) -> None:
        handler.close_connection = True
        handler.wfile.write(answer)

    return rule


class Proxy(Server):
    """A proxy that connects every tunnel to one port of loopback, whatever host the client names.

    `answer` replaces the tunnel by bytes, sent one by one, each after a pause.
    """

    def __init__(self, port: int, answer: bytes = b"", pause: float = 0) -> None:
        super().__init__(Tunnel)
        self.port = port
        self.answer = answer
        self.pause = pause
        self.requested: list[tuple[str, str | None]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Tunnel(http.server.BaseHTTPRequestHandler):
    server: Proxy

    def do_CONNECT(self) -> None:
        self.server.requested.append((self.path, self.headers.get("Proxy-Authorization")))
        self.close_connection = True
        for byte in self.server.answer:
            if self.server.is_over.wait(self.server.pause):
                return
            self.wfile.write(bytes([byte]))
        if self.server.answer:
            return
        with socket.create_connection(("127.0.0.1", self.server.port)) as host:
            self.send_response(200)
            self.end_headers()
            ends = {self.connection: host, host: self.connection}
            while True:
                for end in select.select([*ends], [], [])[0]:
                    data = end.recv(2**16)
                    if not data:
                        return
                    ends[end].sendall(data)

    def do_GET(self) -> None:
        self.server.requested.append((self.path, self.headers.get("Proxy-Authorization")))
        self.send_error(403)

    def log_message(self, *args: Any) -> None:
        pass


S = TypeVar("S", bound=Server)


@contextmanager
def running(server: S) -> Iterator[S]:
    """The server, answering in a thread."""
    thread = threading.Thread(target=server.serve_forever, args=(0.005,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.is_over.set()
        server.shutdown()
        server.server_close()
        thread.join()
