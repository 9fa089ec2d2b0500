"""Refuses addresses that a booking system has no business at: private, loopback, link-local and the like.

The check is made on the addresses that are connected to and again on the opened socket, so that no name can point
somewhere else between a check and its use. A host that the settings name may be anywhere.
"""

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError
from urllib3.util.retry import Retry

from connector.sender_time import Limit


class AddressRefused(HTTPError):
    """The host's name points at an address that callbacks may not reach."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet; one that embeds a v4 address is judged by that."""
    ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if any(ip in network for network in _EMBEDDING):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if any(ip in network for network in _NO_PLACE):
            return False
    return ip.is_global and not ip.is_multicast


#: a v4 address in the last 32 bits: NAT64 (RFC 6052), IPv4-compatible (RFC 4291 2.5.5.1), translated (RFC 2765)
_EMBEDDING = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "::/96", "::ffff:0:0:0/96")))
#: a network's own NAT64 (RFC 8215), whose length of prefix nobody else knows; site-local (RFC 3879)
_NO_PLACE = tuple(map(ipaddress.ip_network, ("64:ff9b:1::/48", "fec0::/10")))


@dataclass(frozen=True)
class Network:
    """How a host's addresses are found, and what sockets are made of: a test hands in a world of its own."""

    resolve: Callable[..., Any] = socket.getaddrinfo
    make_socket: Callable[..., socket.socket] = socket.socket


class GuardedAdapter(HTTPAdapter):
    """A requests adapter whose connections are guarded, but for the allowed hosts, and have a limit to their time."""

    def __init__(
        self, allowed: frozenset[str], *, limit: Limit, max_retries: Retry, network: Network | None = None
    ) -> None:
        self._allowed = allowed
        self._limit = limit
        self._network = network or Network()
        super().__init__(max_retries=max_retries)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Have urllib3 open its sockets by `_open`."""
        super().init_poolmanager(*args, **kwargs)
        allowed, limit, network = self._allowed, self._limit, self._network

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return _open(self, allowed, limit, network)

            def request(self, *args: Any, **kwargs: Any) -> None:
                _hold(self, limit)
                super().request(*args, **kwargs)

        class Secure(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return _open(self, allowed, limit, network)

            def request(self, *args: Any, **kwargs: Any) -> None:
                _hold(self, limit)
                super().request(*args, **kwargs)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}


def _hold(connection: HTTPConnection, limit: Limit) -> None:
    """One that was opened for an earlier call is used within this call's time."""
    if connection.sock is not None:
        limit.hold(connection.sock)


def _open(
    connection: HTTPConnection, allowed: frozenset[str], limit: Limit, network: Network
) -> socket.socket:
    """Connect to the first of the host's addresses that answers; none of them is tried if one is not allowed."""
    host, is_free = connection.host, connection.host.lower().strip("[]") in allowed
    try:
        found = network.resolve(host.strip("[]"), connection.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NameResolutionError(host, connection, socket.gaierror(str(error))) from None
    if not is_free and not all(is_public(str(place[4][0])) for place in found):
        raise AddressRefused("address refused")
    timeout = connection.timeout if isinstance(connection.timeout, int | float) else None
    late = False
    for family, kind, protocol, _name, place in found:
        if limit.is_over:
            late = True
            break
        opened = network.make_socket(family, kind, protocol)
        opened.settimeout(timeout)
        try:
            opened.connect(place)
        except OSError as error:
            opened.close()
            late = isinstance(error, TimeoutError)
            continue
        if not is_free and not is_public(str(opened.getpeername()[0])):
            opened.close()
            raise AddressRefused("address refused")
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        limit.hold_new(opened)
        return opened
    if late:
        raise ConnectTimeoutError(connection, "no connection in time")
    raise NewConnectionError(connection, "no connection")
