"""Where a salon's booking system is called, checked before it is kept; and where it sends to."""

from urllib.parse import urlsplit

from webhooks.dialect import Dialect


class AddressError(Exception):
    """This cannot be where a booking system is; the text says what would be right."""


def checked(text: str) -> str:
    """The address without a slash at its end; raises AddressError.

    It says scheme and host, perhaps a port and a path, and nothing else: a user or a query in it would be sent to the
    booking system, or into a log, with every call.
    """
    url = text.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise _wrong(text) from None
    is_plain = url.isascii() and url.isprintable() and not set(url) & set(' "<>\\^`{|}')
    is_alone = not (
        parts.query or parts.fragment or parts.username or parts.password or "?" in url or "#" in url
    )
    if parts.scheme not in {"https", "http"} or not host or not is_plain or not is_alone:
        raise _wrong(text)
    return url


def webhook_path(slug: str, dialect: Dialect, secret: str) -> str:
    """The path that a salon's booking system sends to; where it signs nothing, with a key that nobody can guess."""
    key = dialect.arrivals.key
    return f"/webhooks/{slug}" + (f"/{key(secret)}" if key else "")


def _wrong(text: str) -> AddressError:
    return AddressError(
        f"'{text}' is not an address of a booking system. It looks like https://booking.example/api (http:// only for "
        "an allowed host), and has no user, question mark or # in it."
    )
