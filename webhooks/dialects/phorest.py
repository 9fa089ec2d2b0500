"""Phorest: a salons' system that tells nothing by itself. It is asked every night, and whole records are written to it.

Beta: written from its documentation, and never yet run against a real account (`docs/dialects/phorest.md`).
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NoReturn

from webhooks.delivery import Delivery
from webhooks.dialect import Dialect, Pacing, WrongToken, basic
from webhooks.dialects import phorest_answers as answers
from webhooks.dialects import phorest_calls as calls
from webhooks.dialects.phorest_settings import Erasing, settings_of
from webhooks.errors import BadSignature, NotAnEvent

#: 100 calls a second are let through: a tenth of it is enough
PACING = Pacing(per_second=10, burst=10)
#: how the token is written: the user that access was granted to, and the password that came with it
FORM = "global/EMAIL:PASSWORD"


def authorization(token: str) -> str:
    """HTTP Basic. Raises WrongToken."""
    user, colon, password = token.partition(":")
    name, at, domain = user.removeprefix("global/").partition("@")
    if not (user.startswith("global/") and name and at and domain and colon and password):
        raise WrongToken(FORM)
    return basic(user, password)


def fitted(told: Mapping[str, str]) -> Dialect:
    """As one salon's own account speaks. Raises WrongSetting."""
    settings = settings_of(told)
    empties = settings.erasing is Erasing.EMPTY
    return Dialect(
        name="phorest",
        check=_check,
        read=_read,
        types=frozenset(),
        capabilities=calls.capabilities(settings),
        read_capabilities=partial(answers.read_capabilities, settings=settings),
        list_clients=partial(calls.list_clients, settings=settings),
        read_page=partial(answers.read_page, settings=settings),
        look_up=partial(calls.look_up, settings=settings),
        looked=partial(answers.looked, settings=settings),
        erase=partial(calls.empty, settings=settings) if empties else None,
        anonymise=partial(calls.anonymise, settings=settings),
        erase_category=partial(calls.erase_category, settings=settings),
        set_marketing=partial(calls.set_marketing, settings=settings),
        page_size=100,
        pacing=PACING,
        authorization=authorization,
        heard=answers.heard,
        fitted=fitted,
        is_ready=bool(settings.business),
        out_of_reach=(
            "sent_mails",
            "appointments_stay",
            "merged_records",
            "erased_shell" if empties else "erased_mark",
        ),
    )


def _check(delivery: Delivery, secrets: Sequence[str]) -> str:
    raise BadSignature("nothing is sent by this system")


def _read(delivery: Delivery) -> NoReturn:
    raise NotAnEvent("nothing is sent by this system")


PHOREST = fitted({})
