"""Every state that the console's pages can be in: salons in each of them, and where to look."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from connector import (
    approvals,
    database,
    dispatch,
    jobs_aside,
    nightly,
    owners,
    salons,
    sessions,
    verify,
)
from connector.console import cards
from connector.demo_world import policy_of
from connector.jobs import Listed
from connector.program import Program
from connector.states import State
from tests.builders import Clock
from tests.connector.booking import Booking, Odd, Story, lies, record
from tests.connector.console import gallery_moved, gallery_years
from tests.connector.console.gallery_customers import customers, silent
from tests.connector.console.gallery_export import handing_over
from tests.connector.console.gallery_in import getting_in
from tests.connector.console.gallery_instructions import instructions_of
from tests.connector.console.gallery_lists import lists
from tests.connector.console.gallery_mail import mail, taken
from tests.connector.console.gallery_wires import break_it, wires
from tests.connector.console.place import Place
from tests.connector.console.visitor import Person, person
from tests.connector.night_world import quarantine
from webhooks.events import (
    AccountChanged,
    CreatedVia,
    RaffleEntered,
    RequestReceived,
    Right,
)

LATE = timedelta(hours=12)
LATELY = "2026-11-02T10:00:00Z"
#: salon → what it calls itself
SALONS = {
    "aava": "Hius- ja kauneushoitola Aava",
    "kasin": "Parturi Käsinkosketeltava",
    "suuri": "Salonki Suuri",
    "hyva": "Kauneushoitola Hyvä",
    "uusi": "Salonki Uusi",
    "hiljaa": "Parturi Hiljaa",
    "loytyi": "Kampaamo Löytyi",
    "rikki": "Parturi Rikki",
    "kopiot": "Hoitola Kopiot",
    "vuodet": "Kampaamo Vuodet",
    "tutut": "Salonki Tutut",
    "vaiti": "Parturi Vaiti",
    **gallery_moved.SALONS,
}
_FIRST = (
    "Aino", "Eero", "Helmi", "Kalle", "Maija", "Onni", "Pirkko", "Rauha", "Sulo", "Taimi", "Urho", "Veera", "Ahti",
    "Elli",
)  # fmt: skip
_LAST = ("Aaltonen", "Hakkarainen", "Kiiskinen", "Lahtinen", "Nykänen", "Sjöberg-Virtanen", "Tuomi")


@dataclass
class Gallery:
    """The installation, its owner, and what can be looked at."""

    program: Program
    booking: Booking
    clock: Clock
    owner: Person
    stories: dict[str, Story]

    def session(self, salon: str | None, *, is_half: bool = False) -> str | None:
        """A cookie of the owner's, who looks at this salon."""
        if salon is None and not is_half:
            return None
        now = self.clock.at
        with database.write(self.program.engine) as db:
            token = sessions.start(db, self.owner.id, now=now)
            if is_half:
                return token
            found = sessions.find(db, token, now=now)
            assert found is not None
            whole = sessions.make_whole(db, found, now=now)
            found = sessions.find(db, whole, now=now)
            assert found is not None
            assert salon is not None
            assert sessions.look_at(db, found, salon)
        return whole

    def speak(self, language: str) -> None:
        """The owner chooses a language."""
        with database.write(self.program.engine) as db:
            owners.set_language(db, self.owner.id, language)

    def jobs(self, salon: str, *states: State) -> list[Listed]:
        """A salon's jobs in these states."""
        return [one for one in self.stories[salon].listed() if one.state in states]


def hang(program: Program, clock: Clock, booking: Booking | None = None) -> Gallery:
    """Make every salon in its state. The clock moves on meanwhile."""
    booking = booking or Booking()
    shown = replace(program, send=booking, post=taken)
    for slug, name in SALONS.items():
        _connect(shown, slug, name, clock.at)
    owner = person(shown, clock, "omistaja@aava.example", *SALONS)
    stories = {slug: Story(shown, _account(shown, slug), booking) for slug in SALONS}
    gallery = Gallery(shown, booking, clock, owner, stories)
    for slug, make in _MAKERS.items():
        make(gallery, stories[slug])
    return gallery


def _connect(program: Program, slug: str, name: str, now: datetime) -> None:
    text = policy_of(now).decode().replace("Parturi-kampaamo Pihlaja Oy", name)
    if slug != "suuri":
        text = text.replace('mass_limit       = "25%"', 'mass_limit       = "100%"')
    if slug == "vuodet":
        text = text.replace('unrecorded    = "ask"', 'unrecorded    = "ask"\nreconfirm_after = "P2Y"')
    with database.write(program.engine) as db:
        salons.add(
            db,
            program.vault,
            slug,
            dialect="standard",
            policy=text.encode(),
            base_url="http://127.0.0.1:9",
            token=f"token-of-{slug}",
            now=now - timedelta(days=30),
        )


def _account(program: Program, slug: str) -> salons.Account:
    with database.read(program.engine) as db:
        found = salons.account(db, program.vault, slug)
    assert found is not None
    return found


def _named(client: str, number: int, *categories: str, **more: object) -> dict[str, object]:
    name = f"{_FIRST[number % len(_FIRST)]} {_LAST[number % len(_LAST)]}"
    return record(client, *categories, name=name, **more)


def _lately(client: str, number: int, *categories: str, **more: object) -> dict[str, object]:
    """A customer who is still one."""
    seen = {"last_activity_at": LATELY, "last_visit_at": LATELY}
    return _named(client, number, *categories, **(seen | more))


def _night(gallery: Gallery, story: Story) -> None:
    nightly.run(gallery.program, salon=story.account.slug)


def _approve(gallery: Gallery, story: Story, job_id: UUID) -> None:
    seen = {one.job: one.digest for one in story.listed()}
    with database.write(gallery.program.engine) as db:
        given = approvals.approve(
            db, story.account, [job_id], seen=seen, owner=gallery.owner.id, now=gallery.clock.at, second=True
        )
    assert given.approved == (job_id,), given


def _carry_out(gallery: Gallery, story: Story) -> None:
    dispatch.send_due(gallery.program, limit=100, salon=story.account.slug)
    verify.look_due(gallery.program, limit=100, salon=story.account.slug)


def _busy(gallery: Gallery, story: Story) -> None:
    """A salon in which a little of everything has happened."""
    now = gallery.clock.at
    for number in range(4):  # their time is over
        story.there_is(
            _named(f"c-{number}", number, "identity", "contact", "visits", *(["address"] * (number % 2)))
        )
    for number in range(4, 8):  # only their raffle entries are
        client = f"c-{number}"
        story.there_is(_lately(client, number, "identity", "contact", "visits", "raffles"))
        drawn = now - timedelta(days=520 + number)
        story.told(
            RaffleEntered(
                at=drawn, digest=f"r-{number}", raffle="kevät", client=client, may_publish_name=None
            )
        )
    story.told_paid_invoice("c-8")
    for client, number, days in (("c-9", 9, 25), ("c-10", 10, 3)):
        story.there_is(_lately(client, number, "identity", "contact", "visits", "bookings", "notes"))
        asked = now - timedelta(days=days)
        story.told(
            RequestReceived(at=asked, digest=client, client=client, right=Right.ERASURE, received_at=asked)
        )
    story.there_is(_lately("c-11", 11, "identity", "contact", "login"))
    closed = now - timedelta(days=1)
    story.told(AccountChanged(at=closed, digest="c-11", client="c-11", is_open=False, by="client"))
    for number in range(12, 15):  # nobody knows whether they agreed
        switches = {"email": True} | ({"sms": True} if number == 12 else {})
        story.there_is(_lately(f"c-{number}", number, "identity", "contact", marketing=switches))
    for number in range(15, 17):  # nobody knows whether they may be kept
        door = CreatedVia.IN_PERSON.value
        story.there_is(_lately(f"c-{number}", number, created_via=door, has_account=False))
    for number in range(17, 21):
        story.there_is(_named(f"x-{number}", number, "identity", "contact", "birth"))
    _night(gallery, story)
    by_client = {one.client: one for one in gallery.jobs("aava", State.PROPOSED)}
    gallery.booking.odd.append(lies())
    _approve(gallery, story, by_client["x-17"].job)  # a lie, found out
    _carry_out(gallery, story)
    _approve(gallery, story, by_client["x-18"].job)  # done
    _carry_out(gallery, story)
    _stick(gallery, story, by_client["x-19"].job)
    with database.write(gallery.program.engine) as db:
        one = by_client["x-20"]
        approvals.reject(
            db,
            story.account,
            [one.job],
            seen={one.job: one.digest},
            owner=gallery.owner.id,
            now=now,
            reason="Hän soitti juuri ja varaa ajan ensi viikolla.",
        )


def _stick(gallery: Gallery, story: Story, job_id: UUID) -> None:
    gallery.booking.odd.append(Odd(status=409))
    _approve(gallery, story, job_id)
    _carry_out(gallery, story)


def _by_hand(gallery: Gallery, story: Story) -> None:
    """A booking system that cannot erase."""
    everything = gallery.booking.can
    gallery.booking.can = ["list", "read"]
    for number in range(3):
        story.there_is(_named(f"k-{number}", number))
    for number in range(3, 9):
        story.there_is(_lately(f"k-{number}", number))
    _night(gallery, story)
    for one in gallery.jobs("kasin", State.PROPOSED):
        _approve(gallery, story, one.job)
    _carry_out(gallery, story)
    gallery.booking.can = everything


def _large(gallery: Gallery, story: Story) -> None:
    """More than the salon's own limit at once, of whom some are taken out."""
    story.there_is(*(_named(f"s-{number}", number) for number in range(400)))
    _night(gallery, story)
    waiting = [one.job for one in story.listed()]
    with database.write(gallery.program.engine) as db:
        jobs_aside.take_out(db, story.account, waiting[20:32], now=gallery.clock.at)


def _well(gallery: Gallery, story: Story) -> None:
    story.there_is(_lately("h-1", 1))
    _night(gallery, story)


def _silent(gallery: Gallery, story: Story) -> None:
    gallery.booking.is_silent = True
    _night(gallery, story)
    gallery.booking.is_silent = False


def _found(gallery: Gallery, story: Story) -> None:
    story.there_is(_lately("l-1", 1))
    quarantine(gallery.program, story.account, is_known_type=False)
    _night(gallery, story)


def _years(gallery: Gallery, story: Story) -> None:
    gallery_years.fill(story, _named, gallery.clock.at)
    _night(gallery, story)
    gallery_years.nights_before(gallery.program, story.account.slug, gallery.clock.at)


_MAKERS: dict[str, Callable[[Gallery, Story], None]] = {
    "aava": _busy,
    "kasin": _by_hand,
    "suuri": _large,
    "hyva": _well,
    "hiljaa": _silent,
    "loytyi": _found,
    "rikki": lambda _gallery, story: break_it(story),
    "vuodet": _years,
    **dict.fromkeys(gallery_moved.SALONS, lambda _gallery, story: gallery_moved.moved(story)),
}


def places(gallery: Gallery) -> list[Place]:
    """Every page in every state that it can be in."""
    jobs = {one.client: one for one in gallery.jobs("aava", *State) if one.client is not None}
    over = gallery.jobs("aava", State.REJECTED, State.VERIFIED)
    by_state = {one.state: one for one in over}
    waiting = gallery.jobs("aava", State.PROPOSED, State.STUCK)
    groups = [card for card in cards.of(waiting) if card.is_group]
    large, aside = cards.of(gallery.jobs("suuri", State.PROPOSED))
    hand = gallery.jobs("kasin", State.BY_HAND)[0]
    request = jobs["c-9"]
    return [
        *getting_in(gallery.program, gallery.clock, gallery.owner),
        *handing_over(gallery.stories["kopiot"], gallery.owner),
        *customers(gallery.stories["tutut"], gallery.owner),
        *silent(gallery.stories["vaiti"]),
        Place("queue", "/"),
        Place("queue-told", "/?approved=24"),
        Place("queue-large", "/", "suuri"),
        Place("queue-by-hand", "/", "kasin"),
        Place("queue-well", "/", "hyva"),
        Place("queue-never", "/", "uusi"),
        Place("queue-not-looked", "/", "hiljaa"),
        Place("queue-found", "/", "loytyi"),
        *(Place(f"group-{nth}", f"/jobs?group={card.key}") for nth, card in enumerate(groups)),
        *(Place(f"confirm-{nth}", f"/approve?group={card.key}") for nth, card in enumerate(groups)),
        Place("group-large", f"/jobs?group={large.key}&page=2", "suuri"),
        Place("confirm-large", f"/approve?group={large.key}", "suuri"),
        Place("confirm-aside", f"/approve?group={aside.key}", "suuri"),
        Place(
            "confirm-not-looked-through",
            "/approve",
            "suuri",
            form=_word((*large.jobs, *aside.jobs[:3]), "approve", code="000000"),
        ),
        Place("job-of-a-group", f"/jobs/{large.jobs[30].job}?group={large.key}&page=2", "suuri"),
        Place("job-request", f"/jobs/{request.job}"),
        Place("job-came-back", f"/jobs/{jobs['x-17'].job}"),
        Place("job-done", f"/jobs/{by_state[State.VERIFIED].job}"),
        Place("job-refused", f"/jobs/{by_state[State.REJECTED].job}"),
        Place("job-stuck", f"/jobs/{jobs['x-19'].job}"),
        Place("job-detach", f"/jobs/{jobs['c-8'].job}"),
        Place("job-by-hand", f"/jobs/{hand.job}", "kasin"),
        Place("job-wrong-code", "/approve", form=_word([request], "approve", code="000000")),
        Place("job-no-reason", "/approve", form=_word([request], "reject", reason="")),
        Place(
            "fell-out",
            "/approve",
            form=_word([*over, *groups[0].jobs], "reject", reason="Ei nyt.", seen="of another list"),
        ),
        Place("settled", "/approve?group=of-yesterday"),
        Place("another-salon", "/questions", form={"salon": "kasin", "because": "x", "answer": "keep"}),
        Place("question", "/questions/marketing.unrecorded"),
        Place("question-changed", "/questions", form=_answer("aava")),
        Place("question-unknown", "/questions/service_unknown"),
        Place("night-well", "/night", "hyva"),
        Place("night-never", "/night", "uusi"),
        Place("night-not-looked", "/night", "hiljaa"),
        Place("night-found", "/night", "loytyi"),
        Place("night-large", "/night", "suuri"),
        *gallery_years.places("vuodet", gallery.clock.at, gallery_years.version(gallery.program, "vuodet")),
        Place("settings", "/settings"),
        *wires(),
        *gallery_moved.moves(),
        *lists(gallery.program, gallery.owner, gallery.clock),
        *instructions_of(gallery.program, gallery.owner, gallery.clock),
        *mail(gallery.program, gallery.owner, gallery.clock.at),
        Place("error-404", "/jotain/jota/ei/ole"),
        Place("error-404-stranger", "/jotain/jota/ei/ole", None),
        Place("error-400", "/approve", form={"salon": "aava", "jobs": "x"}),
        *(
            Place(f"{name}-{language}", path, language=language)
            for language in ("sv", "en")
            for name, path in (
                ("queue", "/"),
                ("job", f"/jobs/{request.job}"),
                ("confirm", f"/approve?group={groups[0].key}"),
            )
        ),
    ]


def _word(listed: Sequence[Listed], word: str, **more: str) -> dict[str, str]:
    ids = " ".join(one.job.hex for one in listed)
    form = {"salon": listed[0].salon, "jobs": ids, "seen": approvals.group_digest(listed), "word": word}
    return form | more


def _answer(salon: str) -> dict[str, str]:
    return {"salon": salon, "because": "marketing.unrecorded", "answer": "keep", "seen": "of another list"}
