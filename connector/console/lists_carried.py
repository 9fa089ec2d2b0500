"""A list between the page that shows it and the word that takes it: packed and sealed, in the form alone.

Nothing of it waits in the database or on a disk, and one that is not taken is gone. It is of the booking system that
the salon has: in the next one its numbers are other people.
"""

import base64
import contextlib
import json
import zlib
from datetime import datetime

from werkzeug.exceptions import BadRequest

from connector.vault import CannotOpen, Keys
from webhooks.imports.sheet import Row, Sheet

_PLACE = "list-in-a-form"


class Left(Exception):
    """The list was shown before the salon left that booking system."""


def pack(keys: Keys, sheet: Sheet, at: datetime) -> str:
    """A list as a form carries it: for nobody's eyes but this salon's, and only for a while."""
    said = [at.isoformat(), sheet.header, [[row.line, row.cells] for row in sheet.rows]]
    return base64.urlsafe_b64encode(
        keys.seal(zlib.compress(json.dumps(said).encode(), 9), _place(keys.generation))
    ).decode()


def unpacked(keys: Keys, packed: str) -> tuple[datetime, Sheet]:
    """The list that a form carried, and when it was shown; raises Left, and BadRequest where it is none of ours."""
    try:
        sealed = base64.b64decode(packed, altchars=b"-_", validate=True)
        at, header, rows = json.loads(zlib.decompress(_opened(keys, sealed)))
    except (CannotOpen, ValueError):
        raise BadRequest from None
    sheet = Sheet(tuple(header), tuple(Row(line, tuple(cells)) for line, cells in rows))
    return datetime.fromisoformat(at), sheet


def _place(generation: int) -> str:
    return f"{_PLACE}:{generation}"


def _opened(keys: Keys, sealed: bytes) -> bytes:
    for left in range(1, keys.generation):
        with contextlib.suppress(CannotOpen):
            keys.unseal(sealed, _place(left))
            raise Left
    return keys.unseal(sealed, _place(keys.generation))
