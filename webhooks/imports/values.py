"""What stands in a cell: a telephone number, an e-mail address, a business id. Days and answers have modules."""

import re
from unicodedata import normalize

from stdnum.exceptions import ValidationError
from stdnum.fi import hetu, ytunnus

from webhooks.imports import days

_EMAIL = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+\.[^\s@,;<>\".]{2,}")
_PHONE = re.compile(r"[+(0-9][0-9 ()./\u00a0-]*")
_DIGITS = re.compile(r"[0-9]+")
_DIGITS_OF_A_DAY = 8
#: a spreadsheet takes a number's zero, or its plus, for no part of it
_LOST_ZERO = re.compile(r"(?:4[0-9]|50)[0-9]{5,8}")
_LOST_PLUS = re.compile(r"358[0-9]{6,10}")
_WHOLE = re.compile(r"([0-9]+)\.0+")
_FORMULA = re.compile(r'="(.*)"')


def plain(cell: str) -> str:
    """A cell without what a spreadsheet wraps around it, each letter with its dots in one."""
    text = normalize("NFC", cell).strip(" \t\n\u00a0\ufeff\u200b")
    formula = _FORMULA.fullmatch(text)
    if formula:
        return formula[1].strip()
    return text[1:] if text[:1] == "'" and len(text) > 1 and text[1] in "+0123456789" else text


def is_telling(cell: str) -> bool:
    """Whether a cell is about somebody or some day: no header is."""
    return bool(_EMAIL.fullmatch(cell)) or phone_of(cell) is not None or days.is_day(cell)


def email_of(text: str) -> str | None:
    """An e-mail address, or None."""
    return text if len(text) <= 254 and _EMAIL.fullmatch(text) else None


def phone_of(text: str) -> str | None:
    """A telephone number as it can be dialled; None where it is none."""
    if not _PHONE.fullmatch(text):
        return None
    if whole := _WHOLE.fullmatch(text):
        text = whole[1]
    digits = "".join(_DIGITS.findall(text))
    if not 6 <= len(digits) <= 15 or (len(digits) <= _DIGITS_OF_A_DAY and days.is_day(text)):
        return None
    if _LOST_ZERO.fullmatch(text):
        return f"0{text}"
    if _LOST_PLUS.fullmatch(text):
        return f"+{text}"
    return text if text[0] in "+(0" else None


def is_business_id(text: str) -> bool:
    """Whether it is a Y-tunnus."""
    try:
        ytunnus.validate(text)
    except ValidationError:
        return False
    return "-" in text


def is_identity_code(text: str) -> bool:
    """Whether it is a Finnish personal identity code."""
    try:
        hetu.validate(text)
    except ValidationError:
        return False
    return True
