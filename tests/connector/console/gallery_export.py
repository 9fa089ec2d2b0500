"""Every state of a copy that is handed over: proposed, ready, given, opened, destroyed; and what its client sees."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from uuid import UUID

from connector import approvals, database, dispatch, exports, exports_asked, verify
from connector.tables import Salon
from tests.connector.booking import LATELY, Story, record
from tests.connector.console.place import Place
from tests.connector.console.visitor import Person
from webhooks.events import Answer, Consent, ConsentAnswered, Method, RequestReceived, Right
from webhooks.vocabulary import Channel, Purpose

AT = "kopiot"
_NAMES = ("Aino Aaltonen", "Eero Hakkarainen", "Helmi Kiiskinen", "Onni Nykänen", "Taimi Tuomi", "Veera Lahtinen",
          "Sulo Sjöberg")  # fmt: skip


class _WithCode(Mapping[str, str]):
    """A form with the code that the owner's app shows when it is sent."""

    def __init__(self, owner: Person, **form: str) -> None:
        self._owner, self._form = owner, form

    def __getitem__(self, name: str) -> str:
        return self._owner.next_code() if name == "code" else self._form[name]

    def __iter__(self) -> Iterator[str]:
        return iter((*self._form, "code"))

    def __len__(self) -> int:
        return len(self._form) + 1


def handing_over(story: Story, owner: Person) -> list[Place]:
    """The owner's pages, then the client's."""
    _people(story)
    waits = _proposed(story, 0)
    ready, to_show = _made(story, owner, 1), _made(story, owner, 2)
    given, over = _made(story, owner, 3), _made(story, owner, 4)
    link = _shown(story, owner, given)
    for job, openings in ((given, 2), (over, 5)):
        token = link if job == given else _shown(story, owner, job)
        for _ in range(openings):
            _open(story, token)
    read = _shown(story, owner, _made(story, owner, 5))
    by_hand = _by_hand(story, owner, 6)
    show = {"salon": AT, "who": "yes"}
    return [
        Place("export-queue", "/", AT),
        Place("export-waits", f"/jobs/{waits}", AT),
        Place("export-ready", f"/jobs/{ready}", AT),
        Place("export-unsure", f"/jobs/{ready}/package/link", AT, form={"salon": AT, "code": "000000"}),
        Place("export-link", f"/jobs/{to_show}/package/link", AT, form=_WithCode(owner, **show)),
        Place("export-opened", f"/jobs/{given}", AT),
        Place("export-over", f"/jobs/{over}", AT),
        Place("export-by-hand", f"/jobs/{by_hand}", AT),
        Place("package-link", f"/package/{link}", None),
        Place("package-gone", f"/package/{'x' * 43}", None),
        Place("package-page", f"/package/{read}", None, form={"as": "page"}),
    ]


def _people(story: Story) -> None:
    now = story.program.now()
    for number, name in enumerate(_NAMES):
        client = f"e-{number}"
        notes = [{"at": "2026-11-02T10:00:00+02:00", "text": "Toivoo hiljaista hetkeä; pitää kahvista."}]
        visits = [{"id": f"v-{nth}", "at": f"2026-{nth:02}-12T09:30:00+02:00", "service": "Leikkaus", "price": "52.00"}
                  for nth in range(6, 9)]  # fmt: skip
        held = ("identity", "contact", "visits", "notes", "billing")
        phone = "+358 40 123 4567"
        story.there_is(record(client, *held, name=name, phone=phone, notes=notes, visits=visits, **LATELY))
        for days, answer in ((400, Answer.GIVEN), (30, Answer.WITHDRAWN)):
            at = now - timedelta(days=days)
            said = Consent(Purpose.NEWSLETTER, (Channel.EMAIL,), answer, at, Method.CHECKBOX, "2025-1")
            story.told(ConsentAnswered(at=at, digest=f"{client}-{days}", client=client, consent=said))
    asked = now - timedelta(days=25)
    story.told(RequestReceived(at=asked, digest="e-0", client="e-0", right=Right.ACCESS, received_at=asked))


def _proposed(story: Story, number: int) -> UUID:
    with database.write(story.program.engine) as db:
        now = story.program.now()
        return exports_asked.propose(db, story.account, f"e-{number}", language=None, now=now).job


def _approved(story: Story, owner: Person, number: int) -> UUID:
    job = _proposed(story, number)
    seen = {one.job: one.digest for one in story.listed()}
    with database.write(story.program.engine) as db:
        now = story.program.now()
        approvals.approve(db, story.account, [job], seen=seen, owner=owner.id, now=now)
    return job


def _made(story: Story, owner: Person, number: int) -> UUID:
    job = _approved(story, owner, number)
    dispatch.run_one(story.program, job)
    verify.run_one(story.program, job, 0)
    return job


def _by_hand(story: Story, owner: Person, number: int) -> UUID:
    story.booking.can.remove("export")
    with database.write(story.program.engine) as db:
        salon = db.get(Salon, story.account.slug)
        assert salon is not None
        salon.told_can_at = None
        db.add(salon)
    job = _approved(story, owner, number)
    dispatch.run_one(story.program, job)
    story.booking.can.append("export")
    return job


def _shown(story: Story, owner: Person, job: UUID) -> str:
    with database.write(story.program.engine) as db:
        shown = exports.show(db, story.account, job, owner=owner.id, now=story.program.now())
    assert shown is not None
    return shown[1]


def _open(story: Story, token: str) -> None:
    with database.write(story.program.engine) as db:
        assert exports.open_once(db, story.account, token, now=story.program.now()) is not None
