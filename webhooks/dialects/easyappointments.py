"""Easy!Appointments 1.6: an open booking system that salons run themselves; hooks tell, REST is asked and obeys.

What it is, and which of its lines rest on what: `docs/dialects/easyappointments.md`.
"""

from collections.abc import Mapping
from functools import partial

from webhooks.dialect import Dialect, Pacing
from webhooks.dialects import easyappointments_answers as answers
from webhooks.dialects import easyappointments_calls as calls
from webhooks.dialects import easyappointments_reading as reading
from webhooks.dialects import easyappointments_texts as texts
from webhooks.dialects.easyappointments_settings import Settings, settings_of
from webhooks.entry_texts import EntryTexts
from webhooks.signatures_none import token_in

#: 100 calls in 120 seconds are let through, whoever makes them from this address: a third is left to others
PACING = Pacing(per_second=0.5, burst=8)


def fitted(told: Mapping[str, str]) -> Dialect:
    """As one salon's own system speaks. Raises WrongSetting."""
    settings = settings_of(told)
    return Dialect(
        name="easyappointments",
        check=token_in(settings.token_header),
        read=partial(reading.read, settings=settings),
        types=reading.TYPES,
        capabilities=calls.CAPABILITIES,
        read_capabilities=partial(answers.read_capabilities, settings=settings),
        list_clients=calls.list_clients,
        read_page=partial(answers.read_page, settings=settings),
        look_up=calls.look_up,
        looked=partial(answers.looked, settings=settings),
        can_name=calls.can_name,
        erase=calls.erase,
        anonymise=partial(calls.anonymise, settings=settings),
        erase_category=partial(calls.erase_category, settings=settings),
        entry_texts=_entry_texts(settings) if settings.clears_notes else None,
        set_marketing=partial(calls.set_marketing, settings=settings),
        ask_test=calls.ask_test,
        page_size=1000,
        pacing=PACING,
        heard=answers.heard,
        fitted=fitted,
        out_of_reach=(
            "platform_log",
            "sent_mails",
            "consent_ips",
            "anonymised_hidden_columns",
            "anonymised_appointment_rest" if settings.clears_notes else "anonymised_appointment_texts",
            "anonymised_consent_rows",
        ),
    )


def _entry_texts(settings: Settings) -> EntryTexts:
    return EntryTexts(texts.listed, partial(texts.read, settings=settings), texts.clear, "mails_of_each")


EASYAPPOINTMENTS = fitted({})
