"""The seal of a package: a link's token finds it and opens it, and what the database has does neither.

The token is 256 random bits. Its SHA-256 stands in the package's row, and the key is derived from it: neither leads to
the other. Until the owner is shown the link, the token itself waits beside the package, sealed with the salon's key.
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


def shut(body: bytes, package: UUID, token: str) -> bytes:
    """What is in a package, sealed under its link's key."""
    return vault.seal(_key(token), zlib.compress(body), f"package:{package}")


def opened(sealed: bytes | None, package: UUID, token: str) -> bytes:
    """What `shut` sealed; raises CannotOpen."""
    return zlib.decompress(vault.unseal(_key(token), sealed or b"", f"package:{package}"))


def put_by(keys: Keys, package: UUID, token: str) -> bytes:
    """A token that waits for its owner, sealed with the salon's key."""
    return keys.seal(token.encode(), f"package-link:{package}")


def taken_out(keys: Keys, package: UUID, waiting: bytes) -> str:
    """The token that `put_by` sealed; raises CannotOpen."""
    return keys.unseal(waiting, f"package-link:{package}").decode()


def _key(token: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"ovikello/package").derive(token.encode())
