"""A process of its own that opens one workbook, and ends with it: bytes come in, rows go out, a line of JSON each.

A workbook of a thousand bytes can ask for the room of seventeen thousand million cells, in forms without end. Nobody
looks into it for what it might do: whatever it does, it does to this process, which has little memory and little time,
knows no key and no setting, writes no file, and is silent about what went wrong. spreadsheets_apart.py starts it; it
imports nothing of Ovikello.
"""

import io
import json
import resource
import sys
from datetime import date, datetime, time

import python_calamine

#: the last line is one of these words; whoever has ended without one has been ended
READ, EMPTY, PASSWORD, NO_WORKBOOK, TOO_MUCH = "read", "empty", "password", "no_workbook", "too_much"


def main(memory: int, seconds: int, most: int) -> None:
    """Read the workbook on the standard input in this much memory and time, and write so many bytes at most."""
    # 1 byte, and not 0: then nothing is handed to a program that collects the cores of others either
    _limit(resource.RLIMIT_CORE, 1)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_AS, memory)
    _limit(resource.RLIMIT_CPU, seconds)
    sys.stdout.buffer.write(json.dumps(_written(sys.stdin.buffer.read(), most)).encode())


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, most))


def _written(data: bytes, most: int) -> str:
    """Write the rows of the first sheet on which something stands; how it ended."""
    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            for name in book.sheet_names:
                sheet = book.get_sheet_by_name(name)
                if sheet.end is not None and sheet.end[0] > 0:
                    return _write(sheet, most)
    except python_calamine.PasswordError:
        return PASSWORD
    except python_calamine.CalamineError:
        return NO_WORKBOOK
    return EMPTY


def _write(sheet: python_calamine.CalamineSheet, most: int) -> str:
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        texts = [_text(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if not texts:
            continue
        line = f"{json.dumps([number, texts], ensure_ascii=False)}\n".encode()
        most -= len(line)
        if most < 0:
            return TOO_MUCH
        sys.stdout.buffer.write(line)
    return READ


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


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
