"""The conformance kit: a dialect through every misbehaviour, at a pretend system or a test account; and a grade."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from connector import conformance_account
from connector.conformance_line import Between
from connector.conformance_place import Place, place, template
from connector.conformance_real import TOLD_AS_ANSWERED, Real
from connector.conformance_registry import SYSTEMS
from connector.conformance_report import Report, Result, Untried, instead, tried
from connector.conformance_system import Now, System
from connector.conformance_trials import OF_ERASURES, OF_WEBHOOKS, TRIALS
from connector.conformance_wire import Wire
from webhooks.registry import DIALECTS

Progress = Callable[[str], None]
#: without these nothing else says anything about an account
_FIRST = frozenset({"capabilities", "pages", "reading"})


def known() -> list[str]:
    """The dialects for which there is a pretend system."""
    return sorted(SYSTEMS)


def check(
    name: str,
    *,
    only: Iterable[str] | None = None,
    progress: Progress = lambda _: None,
    system: Callable[[Now], System] | None = None,
    between: Between = lambda send: send,
) -> Report:
    """Try a dialect against its pretend system. Each trial has an installation of its own, gone afterwards.

    `system` instead of the one that stands in the registry; `between` stands between Ovikello and the network.
    """
    wanted = list(TRIALS) if only is None else list(only)
    made = system or SYSTEMS[name]
    results = []
    with template() as folder:
        for number, trial in enumerate(wanted):
            progress(f"{name}: {trial}")
            if trial in OF_WEBHOOKS and not DIALECTS[name].sends:
                results.append(instead(trial, TRIALS[trial], Untried("it sends nothing")))
                continue
            with place(name, folder, number, system=made, between=between) as here:
                results.append(tried(trial, TRIALS[trial], partial(TRIALS[trial], here)))
    return Report(name, tuple(results))


def check_account(
    wire: Wire,
    *,
    erase: Sequence[str] = (),
    progress: Progress = lambda _: None,
) -> Report:
    """Try somebody's test account: over the wire first, then each trial with an Ovikello of its own beside it.

    It is told of no misbehaviour: what goes wrong goes wrong on the way to it. Of the clients in `erase` one is
    erased in each trial that erases; nobody else is touched.
    """
    name, left = wire.account.dialect.name, list(erase)
    progress(f"{name}: the account")
    results = list(conformance_account.check(wire, left.pop(0) if left else None))
    broken = any(one.held is False for one in results if one.trial in _FIRST)
    with template() as folder:
        for number, trial in enumerate(TRIALS):
            progress(f"{name}: {trial}")
            why = "the account cannot be read" if broken else _why_not(wire, trial, left)
            if why is not None:
                results.append(instead(trial, TRIALS[trial], Untried(why)))
                continue
            client = left.pop(0) if trial in OF_ERASURES else None
            results.append(_at_account(wire, trial, client, folder, number))
    return Report(name, tuple(results))


def _why_not(wire: Wire, trial: str, left: Sequence[str]) -> str | None:
    """Why a trial cannot be made at an account; None where it can."""
    dialect = wire.account.dialect
    if trial in OF_WEBHOOKS and not dialect.sends:
        return "it sends nothing"
    if trial in OF_WEBHOOKS and dialect.name not in TOLD_AS_ANSWERED:
        return "only the system itself can make its webhooks"
    if trial in OF_ERASURES and dialect.erase is None:
        return "no call of it erases"
    if trial in OF_ERASURES and not left:
        return "nobody is named for it: --erase CLIENT, one for each such trial"
    return None


def _at_account(wire: Wire, trial: str, client: str | None, folder: Path, number: int) -> Result:
    moment: list[Place] = []
    real = Real(wire, lambda: moment[0].at if moment else wire.now(), client)

    def do() -> None:
        with place(
            wire.account.dialect.name,
            folder,
            number,
            system=lambda _: real,
            between=lambda _: real.send,
            pause=real.pause,
            began=wire.now(),
        ) as here:
            moment.append(here)
            TRIALS[trial](here)

    made = tried(trial, TRIALS[trial], do)
    if made.held and trial in OF_WEBHOOKS:
        return replace(made, why="with webhooks made here, of the account's own answers")
    return made
