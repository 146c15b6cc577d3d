"""Which addresses may be contacted, and through which proxy."""

from __future__ import annotations

import ipaddress
from urllib.parse import urljoin
from urllib.request import getproxies, proxy_bypass

from urllib3.util import Url, parse_url

from kursk_claims.errors import DownloadError


def check_address(address: str, redirected_from: Url | None = None) -> Url:
    """Parse an address and reject all but https, and http on this machine.

    The target of a redirect may be relative, and may not lead from https to http. Nothing is looked up or contacted. Raises
    `DownloadError`.
    """
    outcome = f"{redirected_from} redirects there; it was not contacted." if redirected_from else "Nothing was fetched."
    try:
        url = parse_url(urljoin(redirected_from.url, address) if redirected_from else address)
    except ValueError:
        raise DownloadError(f"expected an address, found {address!r:.300}. {outcome}") from None
    found = f"{url.scheme or 'no scheme'}, {url.host or 'no host'}"
    if url.auth is not None:
        raise DownloadError(f"expected an address without a user name, found one ({found}). {outcome}")
    if not url.host or not (url.scheme == "https" or (url.scheme == "http" and is_loopback(url.host))):
        raise DownloadError(f"expected https, or http on this machine, found {found}. {outcome}")
    if redirected_from and redirected_from.scheme == "https" and url.scheme != "https":
        raise DownloadError(f"expected https as before, found {found}. {outcome}")
    return url


def is_loopback(host: str) -> bool:
    """Whether a host name or IP address denotes this machine by its form, without a lookup."""
    try:
        return host.lower() == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


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
