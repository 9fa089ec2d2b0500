"""A locked workbook, as whoever has it and its password opens it; and what is written on disk meanwhile."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msoffcrypto
from python_calamine import load_workbook

Sheets = dict[str, list[list[Any]]]


def opened(file: bytes, password: str) -> Sheets:
    """What each sheet holds; raises where the password is wrong, or the file was changed."""
    book, out = msoffcrypto.OfficeFile(io.BytesIO(file)), io.BytesIO()
    book.load_key(password=password, verify_password=True)
    book.decrypt(out, verify_integrity=True)
    found = load_workbook(io.BytesIO(out.getvalue()))
    return {name: found.get_sheet_by_name(name).to_python() for name in found.sheet_names}


@contextmanager
def writes() -> Iterator[list[str]]:
    """The paths of all files that Python opens for writing meanwhile, temporary ones among them."""
    seen: list[str] = []
    is_on = True

    def hear(event: str, args: tuple[Any, ...]) -> None:
        is_write = event == "open" and bool(set(str(args[1] or "")) & set("wxa+"))
        if is_on and (is_write or event in {"tempfile.mkstemp", "tempfile.mkdtemp"}):
            seen.append(str(args[0]))

    sys.addaudithook(hear)
    try:
        yield seen
    finally:
        is_on = False
