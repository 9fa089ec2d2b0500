"""A file as a list, whatever it is: text, or a workbook (XLSX, XLS). In memory alone: nothing of it touches a disk.

A workbook is a packed archive that may unpack to anything, and one cell far away makes a reader reserve the room of
all between: both are looked at before it is opened.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time

import python_calamine

from webhooks.imports import reading, sheet
from webhooks.imports.errors import UnreadableList
from webhooks.imports.sheet import Row, Sheet

#: a list of 50,000 clients has some 5 MB
LARGEST = 20 * 1024 * 1024
_MOST_UNPACKED = 200 * 1024 * 1024
_MOST_CELLS = 10_000_000
_ZIP, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: where a cell or a row stands, such as r="C17" or r="17"
_PLACE = re.compile(rb"\br=[\"']([A-Za-z]{0,3})([0-9]{1,9})[\"']")


def sheet_of(data: bytes) -> Sheet:
    """The list in a file; raises UnreadableList and nothing else.

    Beside the reasons of its own (webhooks/imports/errors.py): too_large, unpacks_too_large, no_workbook, password.
    """
    if len(data) > LARGEST:
        raise UnreadableList("too_large")
    if data.startswith(_ZIP):
        _look_inside(data)
        return sheet.of(_rows(data))
    if data.startswith(_OLD):
        return sheet.of(_rows(data))
    return reading.sheet_of(data)


def _look_inside(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if not any(part.filename.lower() == "xl/workbook.xml" for part in parts):
                raise UnreadableList("no_workbook")
            if sum(part.file_size for part in parts) > _MOST_UNPACKED:
                raise UnreadableList("unpacks_too_large")
            for part in parts:
                if part.filename.lower().startswith("xl/worksheets/"):
                    _measure(archive.read(part))  # what says less than it unpacks to fails its checksum here
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError, zlib.error):
        raise UnreadableList("no_workbook") from None


def _measure(xml: bytes) -> None:
    columns: set[bytes] = set()
    rows = 1
    for letters, number in _PLACE.findall(xml):
        columns.add(letters.upper())
        if len(number) > 7:
            raise UnreadableList("too_many")
        rows = max(rows, int(number))
    if rows * max(map(_column, columns), default=1) > _MOST_CELLS:
        raise UnreadableList("too_many")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return max(number, 1)


def _rows(data: bytes) -> Iterator[Row]:
    for number, cells in enumerate(_cells(data), start=1):
        yield Row(number, tuple(map(_text, cells)))


def _cells(data: bytes) -> Sequence[Sequence[object]]:
    """The cells of the first sheet on which something stands."""
    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            for name in book.sheet_names:
                found = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                if len(found) > 1:
                    return found
    except python_calamine.PasswordError:
        raise UnreadableList("password") from None
    except Exception:
        raise UnreadableList("no_workbook") from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how the library's own language says that it gave up
            raise
        raise UnreadableList("no_workbook") from None
    raise UnreadableList("empty")


def _text(cell: object) -> str:
    """A cell as a list of text would have it."""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)
