"""A file's bytes as text: UTF-8, UTF-16 or Windows-1252, whichever it is, with or without a mark in front.

Spreadsheet programs write all three. Windows-1252 comes last, since nearly any bytes can be read as that.
"""

import codecs
import re

from webhooks.imports.errors import UnreadableList

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: what no list has in it: a picture or a program read as text
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1b\x7f\ufffe\uffff]")
#: so many bytes show how a text without a mark is written
_BEGINNING = 4096


def text_of(data: bytes) -> str:
    """The text, its lines ended by line feeds; raises UnreadableList."""
    if not data.strip():
        raise UnreadableList("empty")
    text = _decoded(data)
    if _NO_TEXT.search(text):
        raise UnreadableList("not_text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes) -> str:
    for encoding in _encodings(data):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableList("encoding")


def _encodings(data: bytes) -> tuple[str, ...]:
    """Which ones to try, in this order."""
    marked = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
    if marked is not None:
        return (marked,)
    even, odd = data[:_BEGINNING:2].count(0), data[1:_BEGINNING:2].count(0)
    if even or odd:  # plain letters leave every other byte of UTF-16 empty
        return ("utf-16-le",) if odd > even else ("utf-16-be",)
    return ("utf-8", "cp1252")
