"""Keys, sealing and blind indexes.

The installation's secret key wraps each salon's own random keys; those seal what is kept and key the
hashes. Changing the secret key rewraps them and orphans nothing. Lengths in bytes; AES-256-GCM with a
random 96-bit nonce in front; every sealed value is bound to a context, so that it opens nowhere else.
"""

import base64
import contextlib
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from connector import vault_ids, vault_phones

_NONCE = 12
_LINK = b"ovikello/link"

_INNER, _OUTER = bytes(byte ^ 0x36 for byte in range(256)), bytes(byte ^ 0x5C for byte in range(256))


class CannotOpen(Exception):
    """A sealed value does not open with this key: the wrong key, the wrong place, or it was changed."""


def new_secret_key() -> str:
    """A fresh `OVIKELLO_SECRET_KEY`: 256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def seal(key: bytes, plain: bytes, context: str) -> bytes:
    """Encrypt for one place (`context`)."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def unseal(key: bytes, sealed: bytes, context: str) -> bytes:
    """Decrypt what `seal` made for this context; raises CannotOpen."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], context.encode())
    except (InvalidTag, ValueError):
        raise CannotOpen("a sealed value does not open with this key") from None


class Mac:
    """HMAC-SHA256 (RFC 2104) of many texts: the key's own blocks are hashed once, not at each of them."""

    def __init__(self, key: bytes) -> None:
        block = key.ljust(64, b"\0")
        self._inner, self._outer = (hashlib.sha256(block.translate(pad)) for pad in (_INNER, _OUTER))

    def of(self, text: bytes) -> str:
        """The text's, in hex."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(text)
        outer.update(inner.digest())
        return outer.hexdigest()


@dataclass(frozen=True)
class Keys:
    """One salon's own keys: random, 32 bytes each."""

    index: bytes = field(repr=False)
    sealing: bytes = field(repr=False)
    evidence: bytes = field(repr=False)
    generation: int = 1
    """Which of the booking systems that the salon has had is told of now (vault_ids)."""

    @classmethod
    def new(cls) -> "Keys":
        """Fresh keys for a new salon."""
        return cls(os.urandom(32), os.urandom(32), os.urandom(32))

    def client_key(self, client: str) -> str:
        """The keyed name of a booking system's client id: what tombstones, jobs and evidence are matched by."""
        return self.keyed(f"client:{vault_ids.hashed_as(client, self.generation)}")

    def email_index(self, email: str) -> str:
        """Blind index of an e-mail address; differences of case and outer space vanish."""
        return self.keyed(f"email:{email.strip().casefold()}")

    def phone_index(self, phone: str) -> str | None:
        """Blind index of a phone number in E.164 (default region FI); None where it is no phone number."""
        number = vault_phones.e164(phone)
        return None if number is None else self.keyed(f"phone:{number}")

    def keyed(self, text: str) -> str:
        """A keyed hash (HMAC-SHA256) under this salon's key for indexes; what it begins with says what it is of."""
        return self._mac.of(text.encode())

    @cached_property
    def _mac(self) -> "Mac":
        return Mac(self.index)

    def mark(self, line: bytes) -> str:
        """What tells that a line was written by who holds this salon's keys: a journal's, outside the database."""
        return hmac.digest(self.index, b"mark:" + line, "sha256").hex()[:32]

    def seal(self, plain: bytes, context: str) -> bytes:
        """Seal under this salon's key."""
        return seal(self.sealing, plain, context)

    def unseal(self, sealed: bytes, context: str) -> bytes:
        """Open what this salon sealed; raises CannotOpen."""
        return unseal(self.sealing, sealed, context)

    def link_of(self, client: str) -> str:
        """A client's id as an address may bear it: sealed, and the same each time (AES-SIV, RFC 5297).

        Who sees it learns nothing, who makes one up opens nothing, and no table is needed to find the client again.
        It is of this booking system: in the next one the same id is somebody else, and has another address.
        """
        sealed = AESSIV(self._linking).encrypt(client.encode(), _linked_in(self.generation))
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def client_behind(self, link: str) -> str:
        """The client id that this salon's `link_of` sealed; raises CannotOpen.

        One that was made before the salon left a booking system leads to who that was there.
        """
        try:
            sealed = base64.b64decode(link + "=" * (-len(link) % 4), altchars=b"-_", validate=True)
        except ValueError:
            raise CannotOpen("an address was not made by this salon") from None
        for generation in range(self.generation, 0, -1):
            with contextlib.suppress(InvalidTag, ValueError):
                client = AESSIV(self._linking).decrypt(sealed, _linked_in(generation)).decode()
                is_left = generation < self.generation
                return vault_ids.left_behind(client, generation) if is_left else client
        raise CannotOpen("an address was not made by this salon")

    @property
    def _linking(self) -> bytes:
        return HKDF(algorithm=SHA256(), length=64, salt=None, info=_LINK).derive(self.sealing)

    @property
    def signer(self) -> Ed25519PrivateKey:
        """The key that signs the heads of this salon's evidence."""
        return Ed25519PrivateKey.from_private_bytes(self.evidence)


class Vault:
    """What the installation's secret key opens."""

    def __init__(self, secret_key: str) -> None:
        self._wrapping = _derived(secret_key, b"ovikello/wrap")
        self._checking = _derived(secret_key, b"ovikello/check")
        self._indexing = _derived(secret_key, b"ovikello/index")

    @property
    def check_value(self) -> str:
        """Tells whether a database belongs to this key, without showing anything of it."""
        return _keyed(self._checking, "ovikello")

    def wrap(self, keys: Keys, salon: str) -> bytes:
        """A salon's keys, sealed for the database."""
        return seal(self._wrapping, keys.index + keys.sealing + keys.evidence, f"keys:{salon}")

    def unwrap(self, wrapped: bytes, salon: str, generation: int = 1) -> Keys:
        """A salon's keys; raises CannotOpen."""
        plain = unseal(self._wrapping, wrapped, f"keys:{salon}")
        return Keys(plain[:32], plain[32:64], plain[64:], generation)

    def seal(self, plain: bytes, context: str) -> bytes:
        """Seal what belongs to the installation rather than to a salon (an owner's TOTP secret)."""
        return seal(self._wrapping, plain, context)

    def unseal(self, sealed: bytes, context: str) -> bytes:
        """Open what `seal` made; raises CannotOpen."""
        return unseal(self._wrapping, sealed, context)

    def owner_index(self, email: str) -> str:
        """The keyed name of an owner's e-mail address."""
        return _keyed(self._indexing, f"owner:{email.strip().casefold()}")


def _linked_in(generation: int) -> list[bytes]:
    """What a link's id is bound to beside the salon: its booking system, from the second one on."""
    return [_LINK] if generation == 1 else [_LINK, str(generation).encode()]


def token_hash(token: str) -> str:
    """What is stored of a random token (session, invitation): its SHA-256, since it has 256 bits of its own."""
    return hashlib.sha256(token.encode()).hexdigest()


def _derived(secret_key: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret_key.encode())


def _keyed(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), "sha256").hex()
