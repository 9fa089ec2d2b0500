"""One customer's name, asked of the booking system while the page is made; and where it cannot be told, why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from connector import lookup, texts_shown
from connector.console import here, names
from connector.program import Program
from connector.salons import Account
from connector.sender import CallFailed
from connector.texts_words import N_

#: the end of a reason word → why no name was told
_WHY: Mapping[str, str] = {
    "401": N_(
        "The booking system does not take Ovikello's token, so it tells no names. Whoever installed Ovikello has to "
        "give a new one."
    ),
    "429": N_("The booking system is busy just now, so the name was not told."),
    "503": N_("The booking system is busy just now, so the name was not told."),
    "no_address_for_client": N_(
        "The booking system knows this customer by a number that no request can name."
    ),
    "not_https": N_(
        "The connection to the booking system is not protected, so no names are asked for. Tell whoever installed "
        "Ovikello."
    ),
    "certificate_not_trusted": N_(
        "The booking system's certificate is not trusted, so no names are asked for. Tell whoever installed Ovikello."
    ),
    "": N_("The booking system does not answer just now, so the name was not told."),
}
#: the same of a page with many: what stands in the place of their names
_WHY_OF_MANY: Mapping[str, str] = {
    **_WHY,
    **dict.fromkeys(
        ("429", "503"),
        N_("The booking system is busy just now, so its own numbers stand here in the place of names."),
    ),
    "": N_(
        "The booking system does not answer just now, so its own numbers stand here in the place of names."
    ),
}
_NO_ADDRESS = N_("Your booking system cannot be asked. Its own number is shown instead of the name.")
_NOT_THERE = N_(
    "The booking system says that it has no such customer. The next night finds out whether it is so."
)
_NO_CARD = N_("No list that was brought in has a name for this customer.")
_NAMELESS = N_("The booking system has no name for this customer.")


@dataclass(frozen=True)
class Asked:
    """What came of asking: a name and when it was told, or a sentence that says why there is none."""

    name: str | None
    at: datetime
    problem: str | None = None
    is_kept: bool = False  # from a sealed card, where the booking system cannot be asked


def of(program: Program, account: Account, client: str) -> Asked:
    """Ask for the name, once."""
    words, now = here.words(), program.now()
    if not account.dialect.has_interface:
        name = names.of(program, account, [client]).get(client)
        return Asked(name, now, None if name else words.gettext(_NO_CARD), is_kept=True)
    if account.base_url is None:
        return Asked(None, now, words.gettext(_NO_ADDRESS))
    try:
        looked = lookup.ask(program, account, client)
    except CallFailed as failure:
        return Asked(None, now, words.gettext(_why(failure.reason)))
    if looked.is_gone:
        return Asked(None, now, words.gettext(_NOT_THERE))
    name = texts_shown.shown(looked.name)
    return Asked(name, now, None if name else words.gettext(_NAMELESS))


def why_numbers() -> str | None:
    """Why the page that is being made shows numbers in the place of names; None where it does not."""
    reason = names.failed()
    return None if reason is None else here.words().gettext(_why(reason, _WHY_OF_MANY))


def _why(reason: str, said: Mapping[str, str] = _WHY) -> str:
    status = reason.rpartition("answered_")[2].replace("403", "401")
    return said.get(status, said[""])
