"""What of a person is still said in free text: names, telephone numbers, addresses, searched for while they are known.

An anonymised record may still say "Maijan toive: ei tuoksuja". Once the name is gone nobody can look for it any more,
so it is looked for while the record from before is at hand. What is found is told as fields, never as text. Pure.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

#: endings that a name takes in Finnish and Swedish ("Maijan", "Virtaselle", "Annas"), with a colon after initials
_ENDINGS = (
    *(
        "",
        "n",
        "a",
        "ä",
        "s",
        "ta",
        "tä",
        "lle",
        "lla",
        "llä",
        "lta",
        "ltä",
        "ssa",
        "ssä",
        "sta",
        "stä",
        "ksi",
    ),
    *("na", "nä", "an", "än", "en", "in", "on", "un", "yn", "ön", "ni", "nsa", "nsä", "kin"),
)
#: "Virtanen" is "Virtasen", "Niemi" is "Niemen", "Mäki" is "Mäen", "Lahti" is "Lahden"
_STEMS = (
    ("nen", "se"),
    ("i", "e"),
    ("ki", "e"),
    ("ti", "de"),
    ("s", "kse"),
    ("us", "ukse"),
    ("is", "ii"),
    ("as", "aa"),
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NUMBER = re.compile(r"\+?\(?\d[\d\s().\-/]{4,}\d")
#: each word is tried once and never anew from its middle: an address of a million letters must not stand still in it
_STREET = re.compile(r"(?<![\w.'’-])[\d_.'’-]*+([^\W\d_][\w.'’-]*+(?: [\w.'’-]++){0,3}? \d+)")
_SHORTEST_NUMBER = 6
#: of a number's end so much has to agree, whatever country or trunk code stands before it
_TELLING = 9
_SHORTEST_NAME = 2
#: parts of names that say nothing by themselves
_PARTICLES = frozenset({"af", "von", "van", "de", "da", "der", "la", "le"})


@dataclass(frozen=True)
class Person:
    """What names, reaches or places a person: held in memory only, from the look before a call to the one after it."""

    names: frozenset[str] = field(default_factory=frozenset, repr=False)
    contacts: frozenset[str] = field(default_factory=frozenset, repr=False)
    numbers: frozenset[str] = field(default_factory=frozenset, repr=False)
    streets: frozenset[str] = field(default_factory=frozenset, repr=False)

    def __bool__(self) -> bool:
        return bool(self.names or self.contacts or self.numbers or self.streets)


Texts = tuple[tuple[str, str], ...]
"""Field and text: what a record says in words, besides the fields that identify."""


def person(
    *,
    names: Iterable[str] = (),
    contacts: Iterable[str] = (),
    numbers: Iterable[str] = (),
    places: Iterable[str] = (),
) -> Person:
    """What to look for, from the record as it was before; `contacts` are searched for as they are."""
    return Person(
        frozenset(_forms(names)),
        frozenset(text for text in map(_folded, contacts) if len(text) > _SHORTEST_NAME),
        frozenset(end for end in map(_end, numbers) if len(end) >= _SHORTEST_NUMBER),
        frozenset(street for place in places if (street := _street(place)) is not None),
    )


def mentioned(whom: Person, texts: Texts) -> frozenset[str]:
    """The fields whose text says something of the person."""
    return frozenset(name for name, text in texts if _says(whom, text))


def _says(whom: Person, text: str) -> bool:
    said = _folded(text)
    if any(contact in said for contact in whom.contacts):
        return True
    if any(re.search(rf"(?<!\w){re.escape(street)}(?!\d)", said) for street in whom.streets):
        return True
    ends = {_end(found) for found in _NUMBER.findall(said)}
    if any(_is_same(end, number) for end in ends for number in whom.numbers):
        return True
    words = {part for word in _WORD.findall(said) for part in (word, *word.split("-"))}
    return bool(words & whom.names)


def _forms(names: Iterable[str]) -> Iterable[str]:
    """Every part of the names, in the forms that it takes in a sentence."""
    for part in {
        part for name in names for word in _WORD.findall(_folded(name)) for part in (word, *word.split("-"))
    }:
        if len(part) < _SHORTEST_NAME or part in _PARTICLES:
            continue
        stems = {part, *_weak(part)}
        stems |= {
            part.removesuffix(end) + stem for end, stem in _STEMS if part.endswith(end) and len(part) > 3
        }
        yield from (stem + ending for stem in stems for ending in _ENDINGS if stem == part or ending)


def _weak(name: str) -> Iterable[str]:
    """The weak grade: Pekka, Pekan; Matti, Matin; Seppo, Sepon."""
    if len(name) > 4 and name[-2] == name[-3] and name[-2] in "kpt":
        yield name[:-2] + name[-1]


def _end(number: str) -> str:
    """The end of a telephone number, by which its spellings are alike: 040 123 4567, +358 (0)40 1234567."""
    digits = re.sub(r"\D", "", number.replace("(0)", ""))
    return digits.removeprefix("00").removeprefix("358").lstrip("0")[-_TELLING:]


def _is_same(one: str, other: str) -> bool:
    return min(len(one), len(other)) >= _SHORTEST_NUMBER and (one.endswith(other) or other.endswith(one))


def _street(place: str) -> str | None:
    """Street and house number; a town or a postal code alone is where thousands live."""
    found = _STREET.search(_folded(place))
    return None if found is None else found[1]


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
