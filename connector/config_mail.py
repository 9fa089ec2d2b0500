"""Where mail goes out: a mail server, or a folder of files; parsed once from its setting."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
#: scheme → the port of such servers (RFC 8314, RFC 6409)
_PORTS = {"smtps": 465, "smtp": 587, "smtp+plain": 25}


class Security(StrEnum):
    """How the way to a mail server is kept private."""

    TLS = "smtps"  # from the first byte
    STARTTLS = "smtp"  # before anything is said
    PLAIN = "smtp+plain"  # to this machine only


@dataclass(frozen=True)
class Server:
    """A mail server, and how to log in there."""

    host: str
    port: int
    security: Security
    user: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Mail:
    """Where letters go, and from whom they are."""

    to: Server | Path
    sender: str


def read(url: str, sender: str | None) -> Mail:
    """The setting as a value; raises ValueError, whose text says what would be right and never what was there."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(_WRONG) from None
    if parts.scheme == "file" and parts.path.startswith("/") and not parts.netloc:
        return Mail(Path(unquote(parts.path)), _from(sender or "ovikello@localhost"))
    if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError(_WRONG)
    if parts.scheme == Security.PLAIN and parts.hostname not in _LOOPBACK:
        raise ValueError(
            "smtp+plain:// is for a mail server on this machine; to any other one use smtp:// or smtps://."
        )
    if sender is None:
        raise ValueError("OVIKELLO_MAIL_FROM is missing: the address that mail comes from.")
    return Mail(_server(parts, port), _from(sender))


_WRONG = (
    "OVIKELLO_MAIL_URL must look like smtp://user:password@host (STARTTLS), smtps://user:password@host, "
    "smtp+plain://localhost, or file:///a/folder."
)


def _server(parts: SplitResult, port: int | None) -> Server:
    user, password = parts.username, parts.password
    return Server(
        parts.hostname or "",
        port or _PORTS[parts.scheme],
        Security(parts.scheme),
        unquote(user) if user else None,
        unquote(password) if password else None,
    )


def _from(sender: str) -> str:
    if not _ADDRESS.fullmatch(sender):
        raise ValueError("OVIKELLO_MAIL_FROM must be one e-mail address, such as ovikello@salon.example.")
    return sender
