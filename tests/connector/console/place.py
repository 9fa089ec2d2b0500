"""One page in one state, for the gallery."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """One page in one state: at which salon, and how it is come by."""

    name: str
    path: str
    salon: str | None = "aava"  # None: nobody is logged in
    language: str = "fi"
    form: Mapping[str, str] | None = None  # sent to `path`, where the page answers a form
    is_half: bool = False  # after the password, before the code
    cookie: str | None = None  # of somebody else than the gallery's owner
    has_mail: bool = True  # whether the installation can send any
