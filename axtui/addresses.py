"""Addresses on a network: `HOST:PORT`, and which of them are this machine's own."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def is_loopback(host: str) -> bool:
    """Whether a name or address is this machine's own, which no other can reach."""
    name = host.strip("[]").lower()
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def host_and_port(text: str, host: str = "127.0.0.1") -> tuple[str, int]:
    """(host, port) of `HOST:PORT`, `[IPV6]:PORT` or `:PORT`, which is on `host`. Raises ValueError,
    saying what is wrong."""
    name, colon, port = text.rpartition(":")
    if not colon or not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise ValueError(f"{text!r} is no HOST:PORT")
    if ":" in name and not (name.startswith("[") and name.endswith("]")):
        raise ValueError(f"{text!r}: an IPv6 address stands in brackets, [{name}]:{port}")
    return name.strip("[]") or host, int(port)


def server_url(text: str) -> str:
    """The address of a server, `https://HOST:PORT`, or `http://` on this machine. Raises ValueError."""
    found = urlsplit(text.rstrip("/"))
    try:
        port = found.port
    except ValueError:
        port = None
    if not found.hostname or port is None or found.path or found.query or found.username:
        raise ValueError(f"{text!r} is no address of a server; it looks like https://HOST:PORT")
    if found.scheme == "http" and not is_loopback(found.hostname):
        raise ValueError(
            f"{text!r}: only on this machine goes a token over http; use https for {found.hostname}"
        )
    return f"{found.scheme}://{found.netloc}"


def url_of(host: str, port: int, tls: bool) -> str:
    """The address of a server on a host, which may be an IPv6 address."""
    name = f"[{host}]" if ":" in host else host
    return f"{'https' if tls else 'http'}://{name}:{port}"
