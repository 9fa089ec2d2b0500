"""Long request bodies wait outside memory, in a file in which nothing of them lies in clear: a list may be among them.

Each file is encrypted under a random key of its own that never leaves the process (AES-256-CTR): whoever has the disk,
or what is left on it, has noise. Bodies are only ever appended, so that no part of a key's stream is used twice.
"""

import io
import os
import tempfile
from typing import IO, Any

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from waitress.buffers import OverflowableBuffer, TempfileBasedBuffer
from waitress.parser import HTTPRequestParser

_BLOCK = 16


class SealedFile(io.RawIOBase):
    """A temporary file of which only this object can read what it wrote."""

    def __init__(self) -> None:
        super().__init__()
        self._file: IO[bytes] = tempfile.TemporaryFile("w+b")  # noqa: SIM115 -- closed with this one
        self._key = os.urandom(32)

    def readable(self) -> bool:
        """It is."""
        return True

    def writable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """The place."""
        return self._file.tell()

    def readinto(self, buffer: Any) -> int:
        """Read from this place on."""
        at = self._file.tell()
        found = self._turned(self._file.read(len(buffer)), at)
        buffer[: len(found)] = found
        return len(found)

    def write(self, data: Any) -> int:
        """Write from this place on."""
        at = self._file.tell()
        return self._file.write(self._turned(bytes(data), at))

    def close(self) -> None:
        """The file goes with it."""
        self._file.close()
        super().close()

    def _turned(self, data: bytes, at: int) -> bytes:
        block, before = divmod(at, _BLOCK)
        stream = Cipher(AES(self._key), CTR(block.to_bytes(_BLOCK, "big"))).encryptor()
        stream.update(b"\0" * before)
        return stream.update(data)


class _SealedBuffer(TempfileBasedBuffer):  # type: ignore[misc] # waitress has no types
    def newfile(self) -> SealedFile:
        return SealedFile()


class _Body(OverflowableBuffer):  # type: ignore[misc]
    buf: Any

    def _set_large_buffer(self) -> None:
        before = self.buf
        self.buf = _SealedBuffer(before)
        if hasattr(before, "close"):
            before.close()
        self.overflowed = True


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """Reads a request; what of its body is too long for memory is sealed."""

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head, and prepare for the body."""
        super().parse_header(header_plus)
        if self.body_rcv is not None:
            self.body_rcv.buf = _Body(self.adj.inbuf_overflow)
