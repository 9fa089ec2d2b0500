"""Why, in the owner's own words, as a form has it. Pure."""

from collections.abc import Mapping

#: as long as the fields let it be
LONGEST = 2000


def read(form: Mapping[str, str]) -> str:
    """What was written; nothing where nothing was."""
    return form.get("reason", "").strip()[:LONGEST]
