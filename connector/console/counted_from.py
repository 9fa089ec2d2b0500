"""The dates that a period is counted from, in the owner's words: in a rule, and of one customer. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from connector.texts_words import N_
from policies.policy import CountedFrom


class Said(NamedTuple):
    """How a date is said: `rule` with the period that is counted from it, `day` where it is known."""

    rule: str
    day: str


SAID: Mapping[CountedFrom, Said] = {
    CountedFrom.LAST_ACTIVITY: Said(
        N_("%(period)s from when the customer was last heard of"), N_("last seen %(day)s")
    ),
    CountedFrom.LAST_VISIT: Said(N_("%(period)s from the last visit"), N_("last visit %(day)s")),
    CountedFrom.RELATIONSHIP_END: Said(
        N_("%(period)s from the end of being a customer"), N_("last seen %(day)s")
    ),
    CountedFrom.ACCOUNT_CLOSED: Said(
        N_("%(period)s from the closing of the user account"), N_("closed the account on %(day)s")
    ),
    CountedFrom.COLLECTED: Said(
        N_("%(period)s from when it was written down"), N_("written down on %(day)s")
    ),
    CountedFrom.EACH_ENTRY: Said(N_("each entry %(period)s"), N_("the oldest from %(day)s")),
    CountedFrom.RAFFLE_DRAW: Said(N_("%(period)s from the raffle"), N_("raffle on %(day)s")),
    CountedFrom.CASE_CLOSED: Said(
        N_("%(period)s from the end of the matter"), N_("the matter ended on %(day)s")
    ),
}
