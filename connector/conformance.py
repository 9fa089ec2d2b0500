"""The conformance kit: a dialect against the pretend system that speaks it, through every misbehaviour; and a grade."""

from collections.abc import Callable, Iterable

from connector.conformance_place import Between, place, template
from connector.conformance_registry import SYSTEMS
from connector.conformance_report import Broke, Report, Result
from connector.conformance_system import Now, System
from connector.conformance_trials import OF_WEBHOOKS, TRIALS
from webhooks.registry import DIALECTS


def known() -> list[str]:
    """The dialects for which there is a pretend system."""
    return sorted(SYSTEMS)


def check(
    name: str,
    *,
    only: Iterable[str] | None = None,
    progress: Callable[[str], None] = lambda _: None,
    system: Callable[[Now], System] | None = None,
    between: Between = lambda send: send,
) -> Report:
    """Try a dialect against its pretend system. Each trial has an installation of its own, gone afterwards.

    `system` instead of the one that stands in the registry; `between` stands between Ovikello and the network.
    """
    wanted = list(TRIALS) if only is None else list(only)
    results = []
    with template() as folder:
        for number, trial in enumerate(wanted):
            progress(f"{name}: {trial}")
            what = (TRIALS[trial].__doc__ or "").strip().splitlines()[0]
            if trial in OF_WEBHOOKS and not DIALECTS[name].sends:
                results.append(Result(trial, what, None, "it sends nothing"))
                continue
            try:
                with place(name, folder, number, system=system or SYSTEMS[name], between=between) as made:
                    TRIALS[trial](made)
                results.append(Result(trial, what, True))
            except Broke as broke:
                results.append(Result(trial, what, False, str(broke)))
    return Report(name, tuple(results))
