"""Files for people outside: written whole or not at all, for their owner's eyes only, and never over another file."""

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import BinaryIO

VERIFIER = "verify_evidence.py"


class CannotWrite(Exception):
    """The file cannot be written like this; the text says what would be right."""


@contextlib.contextmanager
def new_file(path: Path, *, force: bool = False) -> Iterator[BinaryIO]:
    """A file to be filled; it stands under its name once it is whole and on the disk. Raises CannotWrite."""
    there = f"The file {path} is there already. Choose another name, or replace it with --force."
    if not force and os.path.lexists(path):
        raise CannotWrite(there)
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _put(temporary, path, force)
    except FileExistsError:
        raise CannotWrite(there) from None
    except OSError as error:
        why = error.strerror or "it is not a place for files"
        raise CannotWrite(f"The file {path} cannot be written: {why}. Nothing was written.") from None
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def verifier() -> bytes:
    """The auditor's program, as it was shipped with this release."""
    return resources.files("connector").joinpath("evidence_verifier.py").read_bytes()


def put_verifier(path: Path, *, force: bool = False) -> bool:
    """Write the auditor's program; False where another file of that name stands there and is left alone."""
    source = verifier()
    with contextlib.suppress(OSError):
        if path.read_bytes() == source:
            return True
        if not force:
            return False
    with new_file(path, force=force) as file:
        file.write(source)
    return True


def _put(temporary: Path, path: Path, force: bool) -> None:
    """Give the file its name; a link never replaces anything, but not every disk has links."""
    if force:
        temporary.replace(path)
        return
    try:
        path.hardlink_to(temporary)
    except OSError as error:
        if error.errno not in {errno.EPERM, errno.ENOTSUP, errno.ENOSYS}:
            raise
        if os.path.lexists(path):
            raise FileExistsError from None
        temporary.replace(path)
