"""The seal of a package, or of an instruction's list: its token opens it, and what the database has does not.

The token is 256 random bits. Its SHA-256 stands in the row, and the key is derived from it: neither leads to the other.
Until the owner is shown a package's link, the token itself waits beside it, sealed with the salon's key.
"""

import secrets
import zlib
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from connector import vault
from connector.vault import Keys

_LENGTH = 43  # signs of a token: 256 bits


def new_token() -> str:
    """A token for one link."""
    return secrets.token_urlsafe(32)


def is_token(text: str) -> bool:
    """Whether this may be a token, by its length."""
    return len(text) == _LENGTH


def shut(body: bytes, row: UUID, token: str) -> bytes:
    """What is in a package or a list, sealed under its token's key, for the row that it stands in."""
    return vault.seal(_key(token), zlib.compress(body), _place(row))


def opened(sealed: bytes | None, row: UUID, token: str) -> bytes:
    """What `shut` sealed; raises CannotOpen."""
    return zlib.decompress(vault.unseal(_key(token), sealed or b"", _place(row)))


def put_by(keys: Keys, package: UUID, token: str) -> bytes:
    """A token that waits for its owner, sealed with the salon's key."""
    return keys.seal(token.encode(), f"package-link:{package}")


def taken_out(keys: Keys, package: UUID, waiting: bytes) -> str:
    """The token that `put_by` sealed; raises CannotOpen."""
    return keys.unseal(waiting, f"package-link:{package}").decode()


def _place(row: UUID) -> str:
    return f"package:{row}"


def _key(token: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"ovikello/package").derive(token.encode())
