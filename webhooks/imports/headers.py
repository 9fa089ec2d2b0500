"""What stands above a column, and what is meant by it: a known word, with another sign or cut short, or none."""

import re
from collections.abc import Iterable
from unicodedata import normalize

from webhooks.imports import headers_words
from webhooks.imports.fields import Field
from webhooks.imports.headers_words import WORDS_OF


def _each(text: str) -> frozenset[str]:
    return frozenset(word.strip() for word in text.split(","))


WORDS: dict[str, Field] = {word: field for field, text in WORDS_OF.items() for word in _each(text)}
_SPLIT = [(tuple(words.split()), field) for words, field in WORDS.items()]
#: above columns of visits, and of sales, that no list of clients has
OF_VISITS, OF_SALES = _each(headers_words.OF_VISITS), _each(headers_words.OF_SALES)

#: a word, with the point by which it may be cut short
_WORD = re.compile(r"[^\W_]+\.?")
#: so much of a word has to be there, and more where it stands alone
_CUT, _CUT_ALONE = 2, 3
#: a second column of the same name (sheet.py)
_AGAIN = re.compile(r" \([0-9]+\)$")
#: of what a header speaks that is not known as a whole
_OF_MARKETING = re.compile(
    r"markk|mainok|mainos|mainon|uutiskirj|tarjousv|marknadsf|reklam|nyhetsb|marketing|newsletter|advertis|promotion"
    r"|\bopt (?:in|out)\b"
)
_OF_EMAIL = re.compile(r"sähköpost|\bsposti|email|\be (?:mail|post)")
_OF_SMS = re.compile(r"\bsms|tekstiviest|\btext\b")
_OF_FORBIDDING = re.compile(
    r"kielto|kiell|kieltä|esto|estet|\bei\b|förbud|förbj|spärr|\b(?:ej|inte|ingen|inga)\b"
    r"|forbid|prohibit|\bopt out\b|\bno\b|\bnot\b|unsubscr|block"
)
#: what stands before a word that is known without it
_WHOSE = ("asiakkaan ", "kundens ", "customer ", "client ", "clients ", "customers ")


def meant_by(header: str) -> Field | None:
    """What a header says that its column is; None where the word is not known.

    A word that ends in a point may be the beginning of a known one ("Viim. käynti"), if one field alone is meant.
    """
    parts = _WORD.findall(_AGAIN.sub("", normalize("NFC", header).casefold()))
    word = " ".join(part.rstrip(".") for part in parts)
    for whose in ("", *_WHOSE):
        if word.startswith(whose) and (found := WORDS.get(word.removeprefix(whose))) is not None:
            return found
    return _cut_short(tuple(parts))


def _cut_short(parts: tuple[str, ...]) -> Field | None:
    if not any(part.endswith(".") for part in parts):
        return None
    least = _CUT if len(parts) > 1 else _CUT_ALONE
    meant = {
        field
        for words, field in _SPLIT
        if len(words) == len(parts)
        and all(_begins(part, word, least) for part, word in zip(parts, words, strict=True))
    }
    return meant.pop() if len(meant) == 1 else None


def _begins(part: str, word: str, least: int) -> bool:
    if not part.endswith("."):
        return part == word
    return part.rstrip(".") == word or (len(part) > least and word.startswith(part[:-1]))


def of_marketing(header: str) -> Field | None:
    """What a column of a yes or a no is by a header that is not known as a whole, if that speaks of marketing."""
    word = " ".join(_WORD.findall(normalize("NFC", header).casefold()))
    if not _OF_MARKETING.search(word):
        return None
    of_email, of_sms = bool(_OF_EMAIL.search(word)), bool(_OF_SMS.search(word))
    fields = (Field.MARKETING, Field.MARKETING_EMAIL, Field.MARKETING_SMS)
    if _OF_FORBIDDING.search(word):
        fields = (Field.FORBIDDEN, Field.FORBIDDEN_EMAIL, Field.FORBIDDEN_SMS)
    return fields[0 if of_email == of_sms else 1 if of_email else 2]


def count_known(cells: Iterable[str]) -> int:
    """How many of these cells are words that stand above columns."""
    return len({cell for cell in cells if len(cell) <= 60 and meant_by(cell) is not None})
