"""The trials of the conformance kit: each has something go wrong in one way, and looks what came of it."""

from collections.abc import Callable

from connector import conformance_trials_erasures as erasures
from connector import conformance_trials_lists as lists
from connector import conformance_trials_webhooks as webhooks
from connector.conformance_place import Place

#: in the order in which they are tried and told
TRIALS: dict[str, Callable[[Place], None]] = {
    trial.__name__: trial
    for trial in (
        webhooks.delivered_twice,
        webhooks.out_of_order,
        lists.lost,
        webhooks.late_after_erasure,
        webhooks.stranger,
        webhooks.secret_changed,
        erasures.only_the_one,
        erasures.lying,
        erasures.slow,
        erasures.refused_for_a_while,
        erasures.broken_for_a_while,
        erasures.answer_lost,
        lists.shifting_pages,
        lists.short_list,
    )
}
#: those that are about what a system sends
OF_WEBHOOKS = frozenset(
    {"delivered_twice", "out_of_order", "late_after_erasure", "stranger", "secret_changed"}
)
#: those in which somebody is erased
OF_ERASURES = frozenset(
    {"late_after_erasure", "only_the_one", "lying", "slow", "refused_for_a_while", "broken_for_a_while"}
    | {"answer_lost"}
)
