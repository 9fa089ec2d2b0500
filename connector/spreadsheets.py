"""A file as a list, whatever it is: text, or a workbook (XLSX, XLS). Nothing of it touches a disk.

Text is read here. A workbook can ask for any amount of memory and time, and is read apart (spreadsheets_apart.py).
"""

from connector import spreadsheets_apart
from connector.spreadsheets_apart import Bounds
from webhooks.imports import reading, sheet
from webhooks.imports.errors import UnreadableList
from webhooks.imports.sheet import Sheet

#: a list of 50,000 clients has some 5 MB
LARGEST = 20 * 1024 * 1024
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


def sheet_of(data: bytes, *, longest: int = LARGEST) -> Sheet:
    """The list in a file, of so many bytes of text at most; raises UnreadableList and nothing else.

    Beside the reasons of its own (webhooks/imports/errors.py): too_large, and those of spreadsheets_apart.rows.
    """
    if len(data) > LARGEST:
        raise UnreadableList("too_large")
    if data.startswith(_WORKBOOKS):
        return sheet.of(spreadsheets_apart.rows(data, Bounds(rows=longest)))
    return reading.sheet_of(data)
