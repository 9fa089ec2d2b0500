"""Old workbooks (XLS) made by hand: one sheet of texts in a file system of three sectors."""

import struct
from collections.abc import Sequence

_SECTOR, _STREAM = 512, 4096  # a stream that is any shorter would be kept in another way
_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def old_workbook(rows: Sequence[Sequence[str]], *, far: tuple[int, int] | None = None) -> bytes:
    """A workbook with these rows; `far` is the place of one number more."""
    cells = [_label(y, x, text) for y, row in enumerate(rows) for x, text in enumerate(row) if text]
    if far is not None:
        cells.append(_record(0x0203, struct.pack("<HHHd", *far, 0, 1.0)))
    begin = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
    end = _record(0x000A, b"")
    name = "Asiakkaat"
    place = len(begin) + 4 + 8 + len(name) + len(end)
    sheet = _record(0x0085, struct.pack("<IHBB", place, 0, len(name), 0) + name.encode())
    own = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
    return _file(begin + sheet + end + own + b"".join(cells) + end)


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _label(y: int, x: int, text: str) -> bytes:
    return _record(0x0204, struct.pack("<HHHHB", y, x, 0, len(text), 1) + text.encode("utf-16-le"))


def _file(stream: bytes) -> bytes:
    stream = stream.ljust(_STREAM, b"\0")
    sectors = len(stream) // _SECTOR
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    head += bytes(6) + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, _END, 0, _END, 0)
    head += struct.pack("<I", 0) + struct.pack("<I", _FREE) * 108
    chain = [_TABLE, _END, *range(3, sectors + 2), _END]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(_SECTOR, b"\xff")
    folder = _entry("Root Entry", 5, _END, 0, child=1) + _entry("Workbook", 2, 2, len(stream))
    return head + table + folder.ljust(_SECTOR, b"\0") + stream


def _entry(name: str, kind: int, start: int, size: int, *, child: int = _FREE) -> bytes:
    title = f"{name}\0".encode("utf-16-le")
    said = title.ljust(64, b"\0") + struct.pack("<HBBIII", len(title), kind, 1, _FREE, _FREE, child)
    return said + bytes(36) + struct.pack("<IQ", start, size)
