"""What Easy!Appointments does not say of itself and a salon has to: its time zone, its fields for consents, its words.

Source: facts observed on a running 1.6.0. Times come without an offset, in the system's own time zone; the header with
the secret can be renamed; there are no consents, only five free fields; an appointment's state is a free word.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from webhooks.dialect import WrongSetting
from webhooks.envelope import to_utc
from webhooks.vocabulary import Channel, Purpose

_HEADER = re.compile(r"[A-Za-z0-9-]{1,64}")
_FIELD = re.compile(r"consent\.(customField[1-5])")
_WORDS = ("time_zone", "token_header", "cancelled", "no_show", "appointment_notes")
#: the one word by which a salon allows the mails that clearing an appointment's notes sends
_WITH_MAILS, _NEVER = "with_mails", "never"


@dataclass(frozen=True)
class ConsentField:
    """Which question a free field holds the answers to; without a channel it is about none, or about all."""

    name: str
    purpose: Purpose
    channels: tuple[Channel, ...]


@dataclass(frozen=True)
class Settings:
    """One salon's own."""

    zone: ZoneInfo
    token_header: str
    consents: tuple[ConsentField, ...] = ()
    cancelled: frozenset[str] = frozenset()
    no_show: frozenset[str] = frozenset()
    clears_notes: bool = False  # of appointments: the system mails about each of them

    def moment(self, text: object) -> datetime | None:
        """A moment as this system writes it; None for what is none. Of an hour that comes twice it is the first."""
        if not isinstance(text, str):
            return None
        try:
            return to_utc(datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=self.zone))
        except (ValueError, OverflowError):
            return None


def settings_of(told: Mapping[str, str]) -> Settings:
    """Read them. Raises WrongSetting."""
    for name in told:
        if name not in _WORDS and not _FIELD.fullmatch(name):
            raise WrongSetting(
                f"easyappointments has no setting '{name}'. There are: {', '.join(_WORDS)}, and consent.customField1 "
                "to consent.customField5, such as consent.customField1=newsletter:email."
            )
    header = told.get("token_header", "X-Ea-Token")
    if not _HEADER.fullmatch(header):
        raise WrongSetting(
            f"'{header}' is no name of a header. Look at 'Secret Header' in the webhook's page."
        )
    return Settings(
        zone=_zone(told.get("time_zone", "Europe/Helsinki")),
        token_header=header,
        consents=tuple(_consent(name, told[name]) for name in sorted(told) if name.startswith("consent.")),
        cancelled=_words(told.get("cancelled", "")),
        no_show=_words(told.get("no_show", "")),
        clears_notes=_allows_mails(told.get("appointment_notes", _NEVER)),
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise WrongSetting(f"'{name}' is no time zone. It is written like Europe/Helsinki.") from None


def _consent(name: str, told: str) -> ConsentField:
    purpose, _, channels = told.partition(":")
    try:
        found = tuple(dict.fromkeys(Channel(word.strip()) for word in channels.split(",") if word.strip()))
        return ConsentField(name.removeprefix("consent."), Purpose(purpose.strip()), found)
    except ValueError:
        raise WrongSetting(
            f"'{told}' is no purpose with its channels. It is written like newsletter:email,sms. "
            f"Purposes are: {', '.join(Purpose)}. Channels are: {', '.join(Channel)}."
        ) from None


def _allows_mails(told: str) -> bool:
    if told not in {_WITH_MAILS, _NEVER}:
        raise WrongSetting(
            f"'{told}' is not known of appointment_notes. It is {_NEVER}, or {_WITH_MAILS}: then what was written on a "
            "client's appointments is cleared, and the booking system sends a mail about each of them."
        )
    return told == _WITH_MAILS


def _words(told: str) -> frozenset[str]:
    return frozenset(word.strip().casefold() for word in told.split(",") if word.strip())
