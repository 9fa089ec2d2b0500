"""A file of text as a list: `sheet_of` is what others call. Spreadsheets come as rows (connector/spreadsheets.py)."""

from webhooks.imports import delimited, sheet, texts
from webhooks.imports.sheet import Sheet


def sheet_of(data: bytes) -> Sheet:
    """The list in a text file, however it is written and delimited; raises UnreadableList and nothing else."""
    return sheet.of(delimited.rows(texts.text_of(data)))
