"""Which addresses may be contacted, and through which proxy."""

from __future__ import annotations

import ipaddress
import posixpath
import re
from urllib.parse import quote, unquote, urljoin
from urllib.request import getproxies, proxy_bypass

from urllib3.util import Url, parse_url

from kursk_claims.errors import DownloadError


def check_address(address: str, redirected_from: Url | None = None) -> Url:
    """Parse an address and reject all but https, and http on this machine.

    The target of a redirect may be relative, and may not lead from https to http. Nothing is looked up or contacted. Raises
    `DownloadError`.
    """
    outcome = f"{shorten(redirected_from)} redirects there; it was not contacted." if redirected_from else "Nothing was fetched."
    try:
        full = urljoin(redirected_from.url, address) if redirected_from else address
        host = re.split(r"[/?#\\]", full.partition("://")[2])[0].rpartition("@")[2]
        if not host.isascii():  # urllib3 encodes such a name only if the package idna is installed
            raise DownloadError(f"expected a host name in ASCII (xn--…), found {host!r:.100}. {outcome}")
        url = parse_url(full)
    except ValueError:
        raise DownloadError(f"expected an address, found {address!r:.300}. {outcome}") from None
    if _is_unusual_number(url.host or ""):
        raise DownloadError(f"expected a host name or an IP address such as 127.0.0.1, found {url.host!r:.100}. {outcome}")
    found = f"{url.scheme or 'no scheme'}, {shorten(url.host or 'no host')}"
    if url.auth is not None:
        raise DownloadError(f"expected an address without a user name, found one ({found}). {outcome}")
    if not url.host or not (url.scheme == "https" or (url.scheme == "http" and is_loopback(url.host))):
        raise DownloadError(f"expected https, or http on this machine, found {found}. {outcome}")
    if redirected_from and redirected_from.scheme == "https" and url.scheme != "https":
        raise DownloadError(f"expected https as before, found {found}. {outcome}")
    return url


def shorten(text: object) -> str:
    """Return the start of an address, which a host can make as long as it likes, for messages."""
    return f"{text!s:.300}"


def is_loopback(host: str) -> bool:
    """Whether a host name or IP address denotes this machine by its form, without a lookup."""
    try:
        return host.lower() == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _is_unusual_number(host: str) -> bool:
    """Whether a host would be read as an IPv4 address, although it has not the usual form: `127.1`, `0x7f.1`, `2130706433`."""
    try:
        ipaddress.ip_address(host.strip("[]"))
        return False
    except ValueError:
        return re.fullmatch(r"(.*\.)?([0-9]+|0[xX][0-9a-fA-F]*)\.?", host) is not None


def identify_origin(url: Url) -> str:
    """Return the same text for all spellings of a folder's address: of host, port and path.

    The names and addresses of this machine count as one host. It serves to recognize a source, not to contact it.
    """
    host = (url.host or "").rstrip(".")
    if is_loopback(host):
        host = "localhost"
    elif host.startswith("["):
        host = f"[{ipaddress.ip_address(host.strip('[]')).compressed}]"
    port = "" if url.port in (None, {"https": 443, "http": 80}.get(url.scheme or "")) else f":{url.port}"
    path = posixpath.normpath("/" + unquote(url.path or "").lstrip("/")).strip("/")
    return f"{url.scheme}://{host}{port}/" + (f"{quote(path)}/" if path else "")


def describe_proxy(proxy: Url) -> str:
    """Return a proxy's address without its user name and password, for messages."""
    return shorten(proxy._replace(auth=None))


def find_proxy(url: Url) -> Url | None:
    """Return the proxy that the environment sets for an address; none for loopback and NO_PROXY.

    Raises `DownloadError` for a proxy that speaks neither http nor https.
    """
    if is_loopback(url.host or "") or proxy_bypass(url.netloc or ""):
        return None
    proxies = getproxies()
    address = proxies.get(url.scheme or "") or proxies.get("all")
    if not address:
        return None
    try:
        proxy = parse_url(address if "://" in address else f"http://{address}")
    except ValueError:
        proxy = Url()
    if proxy.scheme not in ("http", "https") or not proxy.host:
        raise DownloadError(
            f"expected the address of an http or https proxy in HTTPS_PROXY or ALL_PROXY, found {proxy.scheme or 'no scheme'}, "
            f"{proxy.host or 'no host'}. {url.host} was not contacted; set such a proxy, or add the host to NO_PROXY."
        )
    return proxy
