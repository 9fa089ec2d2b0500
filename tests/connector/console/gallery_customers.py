"""The pages about customers, for the gallery: somebody of every kind, at a salon of their own."""

from datetime import date, timedelta

from connector import (
    approvals,
    database,
    dispatch,
    holds,
    mirror,
    mirror_by_hand,
    nightly,
    salons_policies,
    verify,
)
from connector.states import State
from policies.holds import HandKind
from tests.connector.booking import LATELY, Story, record
from tests.connector.console.place import Place
from tests.connector.console.visitor import Person
from webhooks.events import (
    Answer,
    BookingChanged,
    BookingState,
    ClientDeleted,
    ClientMerged,
    Consent,
    ConsentAnswered,
    DeletedBy,
    Method,
    Right,
)
from webhooks.vocabulary import Channel, Purpose

SALON = "tutut"
EVERYTHING = (
    "identity", "contact", "address", "birth", "language", "bookings", "visits", "treatments", "purchases", "notes",
    "wishes", "billing", "raffles", "prepaid", "login", "marketing_preferences", "gender",
)  # fmt: skip
PHONE = "040 123 4567"


def customers(story: Story, owner: Person) -> list[Place]:
    """Make the salon, and give every page about its customers in every state."""
    _debtor(story, owner)
    _everything(story, owner)
    _gone(story, owner)
    story.there_is(
        record("m-1", name="Sari Sjöberg", **LATELY),
        record("m-2", name="Sari Sjöberg-Virtanen", phone=PHONE, **LATELY),
        record("p-1", name="Pekka Sjöberg", phone=PHONE, **LATELY),
        record("w-1", name="Veera Nykänen", **LATELY),
    )
    now = story.program.now()
    story.told(ClientMerged(at=now, digest="m", client="m-1", into="m-2"))
    later = now + timedelta(seconds=1)
    story.told(ClientDeleted(at=later, digest="w", client="w-1", by=DeletedBy.MERGE))
    nightly.run(story.program, salon=SALON)
    story.there_is(*(record(f"n-{number:02}", name=f"Onni Tuomi {number}", **LATELY) for number in range(30)))
    return _places(story)


def _places(story: Story) -> list[Place]:
    hold = next(one for one in _holds(story) if one.client == "2083")

    def at(client: str, more: str = "") -> str:
        return f"/customers/{story.account.keys.link_of(client)}{more}"

    return [
        Place("customers", "/customers", SALON),
        Place("customers-empty", "/customers", "uusi"),
        Place("customers-missing", "/customers", SALON, form={"salon": SALON, "who": "050 765 4321"}),
        Place("customers-shared", "/customers", SALON, form={"salon": SALON, "who": PHONE}),
        Place("customers-held", "/customers?list=held", SALON),
        Place("customers-next", "/customers?list=next&page=2", SALON),
        Place("client", at("2083"), SALON),
        Place("client-sv", at("2083"), SALON, language="sv"),
        Place("client-en", at("2083"), SALON, language="en"),
        Place("client-everything", at("2084"), SALON),
        Place("client-told", at("2084", "?told=objection"), SALON),
        Place("client-merged", at("m-1"), SALON),
        Place("client-half-merged", at("w-1"), SALON),
        Place("client-erased", at("g-1"), SALON),
        Place("client-back", at("g-2"), SALON),
        Place("client-unknown", at("nobody"), SALON),
        Place("client-request", at("2083", "/request"), SALON),
        Place(
            "client-request-wrong",
            at("2083", "/request"),
            SALON,
            form={"salon": SALON, "right": "erasure", "on": "2027-02-01"},
        ),
        Place("client-hold", at("2083", "/hold"), SALON),
        Place(
            "client-hold-wrong",
            at("2083", "/hold"),
            SALON,
            form={"salon": SALON, "why": "hand_hold", "on": "x", "reason": ""},
        ),
        Place("client-hold-end", at("2083", f"/hold/{hold.hold}/end"), SALON),
    ]


def silent(story: Story) -> list[Place]:
    """The same where the booking system does not answer while the page is made."""
    story.there_is(record("s-1", name="Taimi Tuomi", **LATELY))
    story.booking.silent.add(story.account.slug)
    link = f"/customers/{story.account.keys.link_of('s-1')}"
    return [Place("client-silent", link, story.account.slug)]


def _holds(story: Story) -> list[holds.Opened]:
    with database.read(story.program.engine) as db:
        return holds.listed(db, story.account)


def _debtor(story: Story, owner: Person) -> None:
    """Somebody with a debt and a claim, and a long history of yes and no."""
    now = story.program.now()
    on = {"email": True, "sms": False}
    story.told_paid_invoice("2083", name="Anna Korhonen", open_invoices=1, marketing=on)
    story.there_is(
        record(
            "2083",
            *EVERYTHING[:12],
            name="Anna Korhonen",
            open_invoices=1,
            marketing=on,
            phone="040 555 1234",
        )
    )
    said = (
        Consent(Purpose.SERVICE, (), Answer.GIVEN, now - timedelta(days=988), Method.CHECKBOX, "2"),
        Consent(
            Purpose.NEWSLETTER,
            (Channel.EMAIL,),
            Answer.GIVEN,
            now - timedelta(days=988),
            Method.CHECKBOX,
            "2",
        ),
        Consent(
            Purpose.HEALTH_DATA, (), Answer.GIVEN, now - timedelta(days=980), Method.SIGNATURE, "2", "s-1"
        ),
        Consent(Purpose.DIRECT_MARKETING, (Channel.SMS,), Answer.GIVEN, now - timedelta(days=806)),
        Consent(
            Purpose.NEWSLETTER, (Channel.EMAIL,), Answer.WITHDRAWN, now - timedelta(days=174), Method.ANSWER
        ),
    )
    for number, consent in enumerate(said):
        story.told(ConsentAnswered(client="2083", consent=consent, at=consent.at, digest=f"a-{number}"))
    _hold(
        story, owner, "2083", HandKind.LEGAL_CLAIM, "Riita värjäyksestä 18.11.2025. Vakuutusyhtiö selvittää."
    )


def _everything(story: Story, owner: Person) -> None:
    """Somebody of whom everything is held, who has asked, and comes again."""
    on = {"email": True, "sms": True, "phone": False}
    story.there_is(record("2084", *EVERYTHING, name="Karoliina Hakkarainen-Lahtinen", marketing=on, **LATELY))
    owner.clock.at += timedelta(minutes=1)
    now = story.program.now()
    story.told(
        BookingChanged(
            at=now,
            digest="b",
            booking="b-1",
            client="2084",
            state=BookingState.AHEAD,
            starts_at=now + timedelta(days=20),
        )
    )
    with database.write(story.program.engine) as db:
        policy = salons_policies.newest(db, SALON)
        assert policy is not None
        for right, days in ((Right.ACCESS, 26), (Right.OBJECTION, 26)):
            asked_on = now.date() - timedelta(days=days)
            mirror_by_hand.receive(
                db, story.account, policy, "2084", right, asked_on, owner=owner.id, now=now
            )
    dispatch.send_due(story.program, limit=10, salon=SALON)
    owner.clock.at += timedelta(minutes=1)
    verify.look_due(story.program, limit=10, salon=SALON)


def _gone(story: Story, owner: Person) -> None:
    """Somebody erased through Ovikello; somebody removed at the booking system, and told of again."""
    story.there_is(record("g-1", name="Rauha Kiiskinen"), record("g-2", name="Sulo Aaltonen"))
    now = story.program.now()
    job_id = story.job_for("g-1")
    seen = {one.job: one.digest for one in story.listed() if one.state is State.PROPOSED}
    with database.write(story.program.engine) as db:
        approvals.approve(db, story.account, [job_id], seen=seen, owner=owner.id, now=now, second=True)
    dispatch.run_one(story.program, job_id)
    verify.run_one(story.program, job_id, 0)
    with database.write(story.program.engine) as db:
        mirror.bury(db, story.account, "g-2", at=now - timedelta(days=9), by="staff")
    no = Consent(Purpose.NEWSLETTER, (Channel.EMAIL,), Answer.WITHDRAWN, now)
    story.told(ConsentAnswered(client="g-2", consent=no, at=now, digest="late"))


def _hold(story: Story, owner: Person, client: str, why: HandKind, reason: str) -> None:
    now = story.program.now()
    with database.write(story.program.engine) as db:
        holds.open_by_hand(
            db,
            story.account,
            client,
            why=why,
            reason=reason,
            categories=(),
            review_on=date(2027, 3, 1),
            owner=owner.id,
            now=now,
            today=now.date(),
        )
