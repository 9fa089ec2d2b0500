"""What a column is by how its values look: an address, a number, a day, a yes or a no."""

from collections.abc import Callable
from itertools import islice

from webhooks.imports import answers, days, headers, values
from webhooks.imports.fields import Field
from webhooks.imports.sheet import Sheet

#: so many values of a column are looked at, and so great a part of them has to look alike
_LOOKED_AT, _ALIKE = 50, 0.8
_LOOKS = (
    (Field.EMAIL, lambda cell: values.email_of(cell) is not None),
    (Field.IDENTITY_CODE, values.is_identity_code),
    (Field.BUSINESS_ID, values.is_business_id),
    (Field.PHONE, lambda cell: values.phone_of(cell) is not None),
    (Field.DAY, days.is_day),
)


def field_of(sheet: Sheet, index: int) -> Field | None:
    """What a column is by its values. A yes or a no may be of anything, unless its header speaks of marketing."""
    for field, looks_so in _LOOKS:
        if _are(sheet, index, looks_so):
            return field
    return headers.of_marketing(sheet.header[index]) if are_answers(sheet, index) else None


def are_days(sheet: Sheet, index: int) -> bool:
    """Whether a column's values are days."""
    return _are(sheet, index, days.is_day)


def are_answers(sheet: Sheet, index: int) -> bool:
    """Whether they say yes or no."""
    return _are(sheet, index, lambda cell: answers.of(cell) is not None)


def _are(sheet: Sheet, index: int, looks_so: Callable[[str], bool]) -> bool:
    some = list(islice((cell for cell in sheet.column(index) if cell not in answers.NOTHING), _LOOKED_AT))
    return bool(some) and sum(map(looks_so, some)) >= _ALIKE * len(some)
