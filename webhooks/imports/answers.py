"""A yes or a no in a cell, in Finnish, Swedish and English; and what it means in a column of what is forbidden.

"Kyllä" below "Markkinointilupa" is a yes to marketing, and below "Markkinointikielto" a no; "kielletty" is a no below
either. "Peruttu" is a no below the first, and below the second it may be either: then it is none.
"""

import re
from collections.abc import Iterable

#: what says nothing
NOTHING = frozenset({"", "-", "–", "—"})
_TICKS = frozenset({"x", "✓", "✔"})


def _each(text: str) -> frozenset[str]:
    return frozenset(word.strip() for word in text.split(","))


#: they answer what stands above the column, whatever it is
_YES = _TICKS | _each(
    "kyllä, kylla, k, joo, on, 1, true, tosi, päällä, käytössä, voimassa, ja, j, på, sann, yes, y, ok, "
    "enabled"
)
_NO = _each(
    "ei, e, 0, false, epätosi, pois, pois päältä, ei päällä, ei käytössä, ei voimassa, nej, av, falsk, no, "
    "n, off, disabled"
)
#: they say what became of a permission
_GIVEN = _each(
    "hyväksyy, hyväksynyt, hyväksytty, annettu, tilattu, godkänd, godkänt, granted, accepted, agreed"
)
_TAKEN = _each(
    "ei hyväksy, ei hyväksynyt, ei hyväksytty, peruttu, perunut, peruutettu, peruuttanut, lopetettu, evätty, "
    "ei annettu, återkallat, återkallad, nekad, nekat, har nekat, denied, declined, refused, rejected, "
    "withdrawn, revoked"
)
#: they say themselves what is so
_ALLOWED = _each(
    "sallittu, saa, sallii, lupa, on lupa, lupa annettu, antanut luvan, suostunut, suostuu, suostumus, "
    "suostumus annettu, haluaa, ei kieltoa, ei kielletty, ei ole kieltänyt, ei estetty, tillåten, tillåtet, "
    "samtycker, samtyckt, har samtyckt, samtycke, prenumererar, inget förbud, ej förbjuden, allowed, "
    "permitted, consented, subscribed, opted in, opt in, not forbidden"
)
_FORBIDDEN = _each(
    "kielletty, kielto, kieltänyt, on kieltänyt, kielsi, estetty, esto, ei saa, ei sallittu, ei salli, ei "
    "lupaa, lupaa ei ole, ei suostu, ei suostunut, ei suostumusta, ei halua, ei kiitos, ei markkinointia, ei "
    "mainoksia, förbjuden, förbjudet, förbud, spärrad, ej tillåten, ej tillåtet, inte tillåten, inget "
    "samtycke, vill inte, nej tack, avregistrerad, forbidden, not allowed, blocked, no consent, no thanks, "
    "unsubscribed, opted out, opt out, do not contact"
)
_BETWEEN = re.compile(r"[\s\-‐‑_]+")


def of(cell: str, *, forbids: bool = False) -> bool | None:
    """Whether a cell says yes or no to marketing, say; None where it says neither.

    `forbids`: the column says what is forbidden, so that its yes is a no.
    """
    word = _BETWEEN.sub(" ", cell.casefold()).strip(" .!")
    if word in _YES or word in _NO:
        return (word in _YES) is not forbids
    if word in _ALLOWED or word in _FORBIDDEN:
        return word in _ALLOWED
    if not forbids and (word in _GIVEN or word in _TAKEN):
        return word in _GIVEN
    return None


def are_ticks(cells: Iterable[str]) -> bool:
    """Whether a column has nothing but ticks in it: then a cell without one is its no."""
    found = {cell.casefold() for cell in cells} - NOTHING
    return bool(found) and found <= _TICKS
