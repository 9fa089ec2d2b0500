"""What a salon has to say of its account at Phorest: which business and branches, its time zone, what an erasure is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from webhooks.dialect import WrongSetting
from webhooks.envelope import to_utc
from webhooks.vocabulary import Purpose

_NEEDED = ("business", "branches")
_WORDS = (*_NEEDED, "erase", "marketing", "time_zone")
_ID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.~-]{0,99}")
#: what its one field for marketing may be a consent to
_MARKETING = (
    Purpose.NEWSLETTER,
    Purpose.DIRECT_MARKETING,
    Purpose.DISTANCE_SELLING,
    Purpose.MARKET_RESEARCH,
)


class Erasing(StrEnum):
    """What an erasure is in a system that has no call for it."""

    BY_HAND = "by_hand"
    EMPTY = "empty"


@dataclass(frozen=True)
class Settings:
    """One salon's own; without a business nothing is called."""

    business: str
    branches: tuple[str, ...]
    erasing: Erasing
    marketing: Purpose
    zone: ZoneInfo

    def moment(self, text: object) -> datetime | None:
        """A moment or a day as this system writes it, the salon's own without an offset; None for what is none."""
        if not isinstance(text, str):
            return None
        try:
            told = datetime.fromisoformat(text)
            return to_utc(told if told.tzinfo is not None else told.replace(tzinfo=self.zone))
        except (ValueError, OverflowError):
            return None


def settings_of(told: Mapping[str, str]) -> Settings:
    """Read them. Raises WrongSetting."""
    for name in told:
        if name not in _WORDS:
            raise WrongSetting(f"phorest has no setting '{name}'. There are: {', '.join(_WORDS)}.")
    if told and any(not told.get(name, "").strip() for name in _NEEDED):
        raise WrongSetting(
            "phorest needs both business and branches: set them together, such as business=ID branches=ID,ID. Without "
            "all branches it would not be seen who has a booking ahead."
        )
    branches = tuple(dict.fromkeys(word.strip() for word in told.get("branches", "").split(",")))
    return Settings(
        business=_id(told["business"].strip(), "business") if told else "",
        branches=tuple(_id(one, "branches") for one in branches) if told else (),
        erasing=_erasing(told.get("erase", Erasing.BY_HAND.value)),
        marketing=_purpose(told.get("marketing", Purpose.DIRECT_MARKETING.value)),
        zone=_zone(told.get("time_zone", "Europe/Helsinki")),
    )


def _id(text: str, name: str) -> str:
    if not _ID.fullmatch(text):
        raise WrongSetting(
            f"'{text}' is no id for {name}: it has letters, digits, - and _. Copy it from Phorest; of several branches "
            "write all, with commas between."
        )
    return text


def _erasing(text: str) -> Erasing:
    try:
        return Erasing(text)
    except ValueError:
        raise WrongSetting(
            f"'{text}' is no way to erase. 'by_hand' makes each erasure a task; 'empty' empties the record by an "
            "update, and leaves it there without a name."
        ) from None


def _purpose(text: str) -> Purpose:
    if text not in _MARKETING:
        raise WrongSetting(f"'{text}' is no purpose of marketing. There are: {', '.join(_MARKETING)}.")
    return Purpose(text)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise WrongSetting(f"'{name}' is no time zone. It is written like Europe/Helsinki.") from None
