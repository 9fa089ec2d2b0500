"""The console's one blueprint, with the guard at its door."""

from collections.abc import Callable
from datetime import date, datetime

from flask import Blueprint, g
from flask.blueprints import BlueprintSetupState
from jinja2 import StrictUndefined

from connector import jobs
from connector.console import (
    approving,
    called,
    client,
    client_acts,
    client_name,
    code_app,
    codes,
    compiled,
    customers,
    elsewhere,
    errors,
    guard,
    here,
    instruct,
    instruction,
    invitation,
    job,
    keeping,
    list_link,
    listing,
    lists,
    login,
    looks_said,
    mail,
    me,
    night,
    package,
    package_link,
    people,
    places,
    proof,
    questions,
    queue,
    recovery,
    refusals,
    returned,
    rules,
    settings,
    since,
    switching,
    tasks,
)
from connector.console.cards import Card
from connector.jobs import Listed
from connector.jobs_looked import Looked
from connector.program import Program
from policies.decisions import JobKind

_PARTS = (
    login,
    invitation,
    code_app,
    recovery,
    me,
    people,
    queue,
    listing,
    job,
    places,
    approving,
    customers,
    client,
    client_acts,
    package,
    package_link,
    list_link,
    tasks,
    instruct,
    instruction,
    lists,
    questions,
    night,
    returned,
    keeping,
    proof,
    settings,
    mail,
    switching,
    errors,
)


def make_console(_program: Program) -> Blueprint:
    """The console as a blueprint; the program itself is found through the application (`here.program`)."""
    bp = Blueprint(
        "console", __name__, static_folder="static", static_url_path="/static", template_folder="templates"
    )
    bp.before_request(guard.let_in)
    for part in _PARTS:
        part.add_to(bp)
    bp.record(_set_up_pages)
    bp.app_context_processor(_in_every_page)  # an address that is no page's has a page of its own, too
    return bp


def _set_up_pages(state: BlueprintSetupState) -> None:
    env = state.app.jinja_env
    env.undefined = StrictUndefined
    env.bytecode_cache = compiled.OF_THIS_PROCESS
    env.trim_blocks = env.lstrip_blocks = True
    env.globals.update(
        _=_said, wait_for_a_code=codes.wait, ngettext=_counted, since=_since, why_it_stands=_why_it_stands
    )
    env.globals.update(stays_until=_stays_until, valid_until=_valid_until, told_elsewhere=_told_elsewhere)
    env.globals.update(client_link=client.link, why_numbers=client_name.why_numbers)
    env.globals.update(called=called.called, numbered=called.numbered)
    env.globals.update(look_said=_look_said, can_look=_can_look)
    env.filters.update(
        word=lambda value: here.words().word(value),
        sentence=lambda said: here.words().sentence(said),
        listed=lambda values: ", ".join(here.words().word(value) for value in values),
        day=_day(lambda day: here.words().day(day)),
        tongue=package.tongue,
        how_long=lambda rule: rules.how_long(rule, here.words()),
        month=lambda day: here.words().month(day),
        weekday=_day(lambda day: here.words().weekday(day)),
        clock=lambda at: here.words().clock(at, here.zone()) if at else "–",
    )


def _said(message: str, **places: object) -> str:
    said = here.words().gettext(message)
    return said % {name: here.words().word(value) for name, value in places.items()} if places else said


def _counted(one: str, many: str, count: int, **places: object) -> str:
    words = here.words()
    said = words.ngettext(one, many, count)
    return said % {name: words.word(value) for name, value in {"count": count, **places}.items()}


def _since(job: Listed) -> str | None:
    """What a job's time was counted from."""
    found = since.of(job, here.salon().policy)
    return None if found is None else here.words().sentence(found)


def _look_said(look: Looked, kind: JobKind) -> str:
    """What a look found."""
    return looks_said.of(here.words(), look.found, look.grade, nth=look.nth, kind=kind)


def _can_look() -> bool:
    """Whether the booking system can be looked into: where it cannot, only the next list tells."""
    return here.salon().account.dialect.has_interface


def _stays_until(card: Card) -> date | None:
    """Until when what a card leaves in the books stays there, the longest of it."""
    return since.books_until(card.jobs, here.salon().policy)


def _told_elsewhere(card: Card) -> tuple[str, ...]:
    """Whom the booking system tells of what a card does, as sentences to be translated."""
    return elsewhere.told(here.salon().account, card.jobs)


def _valid_until() -> date | None:
    """Until when a word that is given now is good."""
    policy = here.salon().policy
    return None if policy is None else jobs.expiry(policy, here.now()).astimezone(here.zone()).date()


def _why_it_stands(job: Listed) -> str | None:
    """Why a job stands where it stands, where that is not plain."""
    return refusals.of_job(here.words(), job)


def _day(write: Callable[[date], str]) -> Callable[[date | datetime | None], str]:
    """A filter that writes the salon's own day, and a dash where nothing is known."""

    def written(when: date | datetime | None) -> str:
        if when is None:
            return "–"
        return write(when.astimezone(here.zone()).date() if isinstance(when, datetime) else when)

    return written


def _in_every_page() -> dict[str, object]:
    """What the frame of each page needs."""
    session = g.get("session")
    is_whole = session is not None and session.is_whole and session.salon is not None
    return {
        "language": here.words().language,
        "salon": here.salon() if is_whole else None,
        "waiting": queue.count_decisions() if is_whole else 0,
        "others": switching.others() if is_whole else {},
        "today_is": here.salon().today(here.now()) if is_whole else None,
        "proof": proof.standing() if is_whole else None,
        "broken_proof": proof.warning() if is_whole else None,
    }
