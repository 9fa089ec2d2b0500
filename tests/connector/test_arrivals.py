"""Booking systems that arrive otherwise, end to end through the real route: probes, forms, GET, and each scheme.

Each test dialect is the booking contract's with another way in; it stands in the registry for as long as a test.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from connector import census_hinted, database, quarantine, salons_connection
from connector.commands.door import Door
from connector.config import Settings
from connector.hooks_rate import Rate
from connector.program import Program
from connector.salons import Account
from connector.salons_address import webhook_path
from connector.salons_system import SalonError
from connector.tables import Client, Hint, Quarantined, Salon, Seen
from connector.vault import seal
from tests.builders import NOON, Clock
from tests.conftest import LIBRARY
from tests.connector.booking import Booking, record
from tests.connector.command_line import ovikello
from tests.connector.intake import body_of, browser, rows, secrets_of, send
from webhooks import forms, given_secrets
from webhooks.arrivals import Answer, Arrivals, is_empty_object, is_head, probed
from webhooks.delivery import Delivery
from webhooks.delivery_ids import by_arrival, by_field
from webhooks.dialect import Dialect
from webhooks.dialects.standard import STANDARD
from webhooks.errors import NotUnderstood
from webhooks.events import ClientHinted
from webhooks.registry import DIALECTS
from webhooks.signatures_bodies import address_and_body_signed, body_signed, in_hex
from webhooks.signatures_none import address_key, in_address, token_in
from webhooks.signatures_timed import time_and_body_signed

LOGIN = body_of("client.login", {"client_id": "c-1"})
WORD = b"REENIO"


def hints_of(delivery: Delivery) -> tuple[ClientHinted, ...]:
    """Who is named by a form, in the body or in the query."""
    fields = forms.parse(delivery.content)
    if "client" not in fields:
        raise NotUnderstood("form", is_known_type=False)
    digest = hashlib.sha256(delivery.content).hexdigest()
    return (ClientHinted(at=delivery.received_at, digest=digest, client=fields["client"]),)


def in_header(delivery: Delivery) -> tuple[ClientHinted, ...]:
    """Who is named by a header beside the body."""
    client = delivery.headers.get("x-client", "")
    if not client or delivery.body == b"later":
        raise NotUnderstood("header", is_known_type=False)
    return (ClientHinted(at=delivery.received_at, digest="0" * 64, client=client),)


#: asks by HEAD and by {}, sends forms by GET and by POST, waits for a word, and signs nothing but by its address
PINGING = replace(
    STANDARD,
    name="pinging",
    check=in_address(),
    read=hints_of,
    arrivals=Arrivals(
        methods=frozenset({"GET", "HEAD", "POST"}),
        is_signed=False,
        key=address_key,
        probe=probed(
            lambda delivery: is_head(delivery) or is_empty_object(delivery), in_address(), Answer(200, WORD)
        ),
        answer=lambda _delivery, status: Answer(200, WORD),
    ),
)
#: signs the bodies of its forms; every change of a booking sends the same words
FORMS = replace(
    STANDARD, name="forms", check=body_signed("X-Acuity-Signature", named=by_arrival), read=hints_of
)
#: says who it is about in a header
HEADED = replace(
    STANDARD,
    name="headed",
    check=body_signed("X-Signature"),
    read=in_header,
    arrivals=Arrivals(headers=frozenset({"x-client"})),
)


def code(secret: str, message: bytes) -> bytes:
    """HMAC-SHA256, as the sender makes it."""
    return hmac.new(secret.encode(), message, hashlib.sha256).digest()


def text64(secret: str, message: bytes) -> str:
    return base64.b64encode(code(secret, message)).decode()


SECONDS = str(int(NOON.timestamp()))
SCHEMES = {
    "base64": (body_signed("X-Signature"), text64),
    "prefixed": (
        body_signed("X-Signature", prefix="sha256=", named=by_field("message_id")),
        lambda secret, body: f"sha256={text64(secret, body)}",
    ),
    "hex": (body_signed("X-Signature", written=in_hex), lambda secret, body: code(secret, body).hex()),
    "timed": (
        time_and_body_signed("X-Signature"),
        lambda secret, body: f"t={SECONDS},v1={code(secret, SECONDS.encode() + b'.' + body).hex()}",
    ),
    "addressed": (
        address_and_body_signed("X-Signature"),
        lambda secret, body: text64(secret, b"http://localhost/webhooks/aava" + body),
    ),
    "token": (token_in("X-Signature"), lambda secret, body: secret),
}


@contextmanager
def registered(*dialects: Dialect) -> Iterator[None]:
    """Dialects in the registry, for as long as this."""
    DIALECTS.update({one.name: one for one in dialects})
    try:
        yield
    finally:
        for one in dialects:
            del DIALECTS[one.name]


@dataclass
class Place:
    """A salon whose booking system arrives otherwise, and the door for it."""

    program: Program
    account: Account
    door: FlaskClient
    secret: str

    @property
    def path(self) -> str:
        """Where its system sends to."""
        return webhook_path(self.account.slug, self.account.dialect, self.secret)

    def heard(self) -> list[str]:
        """Of whom it was hinted that something happened."""
        return sorted(row.client for row in rows(self.program, self.account, Hint))

    def reads(self) -> dict[str, int]:
        """What was hinted at is fetched, some seconds later."""
        return dict(census_hinted.fetch_due(self.program, limit=100))


@contextmanager
def salon_on(program: Program, salon: Account, dialect: Dialect, rate: Rate | None = None) -> Iterator[Place]:
    """The tests' salon, on another system."""
    with registered(dialect):
        with database.write(program.engine) as db:
            db.connection().execute(
                sa.update(Salon).where(Salon.slug == salon.slug).values(dialect=dialect.name)  # type: ignore[arg-type]
            )
        account = replace(salon, dialect=dialect)
        with browser(program, rate=rate) as door:
            yield Place(program, account, door, secrets_of(program, account)[0])


@pytest.fixture
def pinging(program: Program, clock: Clock, salon: Account, stranger: Account) -> Iterator[Place]:
    """A salon whose system pings."""
    booking = Booking()
    for slug in ("aava", "toinen"):
        booking.clients[slug] = {"c-1": record("c-1")}
    with salon_on(replace(program, send=booking), salon, PINGING) as place:
        yield place


def same(one: TestResponse, other: TestResponse) -> bool:
    """Whether two answers cannot be told apart."""
    return (one.status, one.data, one.headers) == (other.status, other.data, other.headers)


def test_a_head_is_answered_to_the_system_whose_address_it_knows(pinging: Place) -> None:
    answer = pinging.door.head(pinging.path)
    assert (answer.status_code, answer.data) == (200, b"")
    assert rows(pinging.program, pinging.account, Seen) == []


@pytest.mark.parametrize("body", [b"{}", b"{ }\r\n"])
def test_an_empty_object_is_answered_with_the_exact_word_and_is_no_delivery(
    pinging: Place, body: bytes
) -> None:
    answer = pinging.door.post(pinging.path, data=body, content_type="application/json")
    assert (answer.status_code, answer.data) == (200, WORD)
    assert rows(pinging.program, pinging.account, Seen) == []
    assert rows(pinging.program, pinging.account, Quarantined) == []


def test_a_form_in_a_body_and_one_in_a_query_are_hints_that_are_fetched(
    pinging: Place, clock: Clock, stranger: Account
) -> None:
    posted = pinging.door.post(pinging.path, data={"client": "c-1", "what": "changed"})
    asked = pinging.door.get(pinging.path, query_string={"client": "c-2"})
    assert [(one.status_code, one.data) for one in (posted, asked)] == [(200, WORD)] * 2
    assert pinging.heard() == ["c-1", "c-2"]
    clock.at += timedelta(seconds=6)
    assert pinging.reads() == {"told": 1, "gone": 1}
    assert [row.client for row in rows(pinging.program, pinging.account, Client)] == ["c-1"]
    assert rows(pinging.program, stranger, Client) == []


def test_the_same_ping_a_day_later_is_another_hint(pinging: Place, clock: Clock) -> None:
    for _ in range(2):
        assert pinging.door.get(pinging.path, query_string={"client": "c-1"}).status_code == 200
        assert pinging.heard() == ["c-1"]
        clock.at += timedelta(days=1)
        pinging.reads()
        assert pinging.heard() == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("body", [b"", b"{}", b"client=c-1"])
def test_a_stranger_is_told_the_same_of_a_salon_that_pings_of_one_that_signs_and_of_none(
    pinging: Place, stranger: Account, method: str, body: bytes
) -> None:
    key = address_key("whsec_of_nobody")
    for more in ("", f"/{key}", "/x"):
        told = [
            pinging.door.open(f"/webhooks/{slug}{more}?client=c-1", method=method, data=body)
            for slug in ("aava", "toinen", "nobody")
        ]
        assert same(told[0], told[1])
        assert same(told[1], told[2])
        assert told[0].status_code == (401 if method == "POST" else 405)
    assert pinging.heard() == []


def test_the_key_of_one_salons_address_opens_no_other(pinging: Place, stranger: Account) -> None:
    theirs = address_key(secrets_of(pinging.program, stranger)[0])
    assert pinging.door.get(f"/webhooks/aava/{theirs}?client=c-1").status_code == 405
    assert pinging.door.get(f"/webhooks/toinen/{address_key(pinging.secret)}?client=c-1").status_code == 405
    assert pinging.heard() == []


def test_probes_are_counted_like_deliveries_where_too_many_come(program: Program, salon: Account) -> None:
    with salon_on(program, salon, PINGING, rate=Rate(burst=2, per_second=1)) as place:
        answers = [place.door.head(place.path) for _ in range(3)]
        assert [one.status_code for one in answers] == [200, 200, 429]
        assert answers[2].headers["Retry-After"] == "1"


def test_a_probe_has_the_limit_of_a_body_that_deliveries_have(pinging: Place) -> None:
    assert pinging.door.post(pinging.path, data=b"{" + b" " * (256 * 1024) + b"}").status_code == 413


def test_who_claims_more_than_a_hint_without_a_signature_is_not_believed(
    program: Program, salon: Account
) -> None:
    more = replace(PINGING, name="claiming", read=STANDARD.read)
    with salon_on(program, salon, more) as place:
        answer = place.door.post(place.path, data=LOGIN)
        assert (answer.status_code, answer.data) == (200, WORD)
        assert rows(program, salon, Client) == []
        (kept,) = rows(program, salon, Quarantined)
        assert kept.reason == "unsigned"
        with database.write(program.engine) as db:
            assert not quarantine.release(db, place.account, kept.id, now=NOON)
        assert rows(program, salon, Client) == []


def test_a_ping_that_is_not_understood_can_be_read_again_as_it_came(program: Program, salon: Account) -> None:
    odd = replace(PINGING, name="odd", read=lambda _delivery: hints_of(Delivery({}, b"", NOON)))
    with salon_on(program, salon, odd) as place:
        assert place.door.get(f"{place.path}?client=client-9").data == WORD
    (kept,) = rows(program, salon, Quarantined)
    assert b"client-9" not in kept.body + kept.key
    with database.write(program.engine) as db:
        assert quarantine.release(db, replace(salon, dialect=PINGING), kept.id, now=NOON)
    assert [row.state for row in rows(program, salon, Quarantined)] == ["released"]
    assert [row.client for row in rows(program, salon, Hint)] == ["client-9"]


def test_a_header_that_a_dialect_reads_is_kept_in_quarantine_and_no_other(
    program: Program, salon: Account
) -> None:
    with salon_on(program, salon, HEADED) as place:
        headers = {
            "X-Signature": text64(place.secret, b"later"),
            "X-Client": "c-1",
            "X-Other": "posti@a.example",
        }
        assert place.door.post(place.path, data=b"later", headers=headers).status_code == 202
        (kept,) = rows(program, salon, Quarantined)
        seen: list[dict[str, str]] = []

        def read(delivery: Delivery) -> tuple[ClientHinted, ...]:
            seen.append(dict(delivery.headers))
            return in_header(replace(delivery, body=b""))

        with database.write(program.engine) as db:
            reading = replace(place.account, dialect=replace(HEADED, read=read))
            assert quarantine.release(db, reading, kept.id, now=NOON)
        assert seen == [{"x-client": "c-1"}]


def test_what_an_older_release_kept_as_a_body_alone_can_still_be_released(
    program: Program, salon: Account
) -> None:
    body = body_of("client.login", {"client_id": "c-1"}, when=NOON + timedelta(hours=1))
    with browser(program) as door:
        assert send(door, program, salon, body).status_code == 202
    (kept,) = rows(program, salon, Quarantined)
    key = salon.keys.unseal(kept.key, f"quarantine-key:{kept.id}")
    with database.write(program.engine) as db:
        before = seal(key, body, f"quarantine:{kept.id}")
        db.connection().execute(sa.update(Quarantined).values(body=before))
    with database.write(program.engine) as db:
        assert quarantine.release(db, salon, kept.id, now=NOON + timedelta(hours=2))
    assert [row.client for row in rows(program, salon, Client)] == ["c-1"]


def test_a_salon_is_told_the_address_with_its_key_and_a_new_one_with_a_new_secret(
    world: Settings, clock: Clock, salon: Account
) -> None:
    with registered(PINGING):
        door = Door(settings=world, now=clock)
        policy = str(LIBRARY / "yearly_purge.toml")
        words = ("salon", "add", "uusi", "--dialect", "pinging", "--policy", policy, "--json")
        added = json.loads(ovikello(door, *words).stdout)
        assert added["webhook_path"] == f"/webhooks/uusi/{address_key(added['webhook_secret'])}"
        door = Door(settings=world, now=clock)
        changed = json.loads(ovikello(door, "salon", "rotate-secret", "uusi", "--json").stdout)
        assert changed["webhook_path"] == f"/webhooks/uusi/{address_key(changed['webhook_secret'])}"
        said = ovikello(Door(settings=world, now=clock), "salon", "rotate-secret", "uusi").stdout
        assert "The address changes with it: /webhooks/uusi/" in said
        said = ovikello(Door(settings=world, now=clock), "salon", "rotate-secret", "aava").stdout
        assert "address" not in said


@pytest.mark.parametrize("name", SCHEMES)
def test_each_scheme_lets_in_what_its_secret_signed_and_nothing_else(
    program: Program, salon: Account, stranger: Account, name: str
) -> None:
    check, prove = SCHEMES[name]
    theirs = secrets_of(program, stranger)[0]
    with salon_on(program, salon, replace(STANDARD, name=name, check=check)) as place:
        path = place.path

        def send(proof: str, body: bytes = LOGIN) -> int:
            return place.door.post(path, data=body, headers={"X-Signature": proof}).status_code

        assert [send(prove(theirs, LOGIN)), send(""), send("x")] == [401] * 3
        if name != "token":
            assert send(prove(place.secret, LOGIN), LOGIN + b" ") == 401
        assert rows(program, salon, Client) == []
        assert send(prove(place.secret, LOGIN)) == 204
        assert [row.client for row in rows(program, salon, Client)] == ["c-1"]
        assert send(prove(place.secret, LOGIN)) == 204
        assert len(rows(program, salon, Seen)) == 1  # a repeat
        assert rows(program, stranger, Client) == []


def test_a_delivery_that_was_caught_and_is_sent_again_takes_nothing_back(
    program: Program, salon: Account
) -> None:
    check, prove = SCHEMES["base64"]
    with salon_on(program, salon, replace(STANDARD, name="base64", check=check)) as place:
        created = body_of("client.created", {"client": {"id": "c-1", "has_account": True}})
        closed = body_of("account.closed", {"client_id": "c-1"}, when=NOON - timedelta(hours=1))
        for body in (created, closed):
            headers = {"X-Signature": prove(place.secret, body)}
            assert place.door.post(place.path, data=body, headers=headers).status_code == 204
        before = rows(program, salon, Client)
        with database.write(program.engine) as db:
            db.connection().execute(sa.delete(Seen))  # the month is over in which it would be known again
        headers = {"X-Signature": prove(place.secret, created)}
        assert place.door.post(place.path, data=created, headers=headers).status_code == 204
        assert rows(program, salon, Client) == before


def test_a_signed_form_that_says_the_same_of_each_change_is_heard_each_time(
    program: Program, clock: Clock, salon: Account
) -> None:
    booking = Booking()
    booking.clients["aava"] = {"c-1": record("c-1")}
    with salon_on(replace(program, send=booking), salon, FORMS) as place:
        body = b"action=changed&client=c-1"
        headers = {"X-Acuity-Signature": text64(place.secret, body)}
        form = "application/x-www-form-urlencoded"
        for _ in range(2):
            answer = place.door.post(place.path, data=body, headers=headers, content_type=form)
            assert answer.status_code == 204
            assert place.heard() == ["c-1"]
            clock.at += timedelta(hours=1)
            place.reads()
        changed = place.door.post(place.path, data=body + b"0", headers=headers, content_type=form)
        assert changed.status_code == 401


def test_an_address_that_is_signed_is_the_one_that_the_world_sees(program: Program, salon: Account) -> None:
    check, _ = SCHEMES["addressed"]
    behind = replace(program, settings=replace(program.settings, public_url="https://ovikello.example/ovi"))
    with salon_on(behind, salon, replace(STANDARD, name="addressed", check=check)) as place:
        signed = b"https://ovikello.example/ovi/webhooks/aava?from=1" + LOGIN
        headers = {"X-Signature": text64(place.secret, signed)}
        assert place.door.post(f"{place.path}?from=1", data=LOGIN, headers=headers).status_code == 204
        assert place.door.post(place.path, data=LOGIN, headers=headers).status_code == 401


# ---- a secret that the booking system gave ---------------------------------------------------------

GIVEN = "its-own-signature-key"


@pytest.mark.parametrize("name", SCHEMES)
def test_a_secret_that_the_system_gave_signs_from_then_on_beside_the_old_one(
    program: Program, salon: Account, stranger: Account, clock: Clock, name: str
) -> None:
    check, sign = SCHEMES[name]
    dialect = replace(
        STANDARD, name=f"{name}-given", check=check, read=hints_of, takes_secret=given_secrets.as_text
    )
    with salon_on(program, salon, dialect) as place:

        def sent(client: str, secret: str) -> int:
            body = f"client={client}&message_id={client}".encode()
            headers = {"X-Signature": sign(secret, body)}
            form = "application/x-www-form-urlencoded"
            return place.door.post(place.path, data=body, headers=headers, content_type=form).status_code

        assert sent("c-1", GIVEN) == 401
        with database.write(program.engine) as db:
            salons_connection.rotate_secret(
                db, place.account, now=clock.at, overlap=timedelta(hours=1), given=GIVEN
            )
        assert [sent("c-1", GIVEN), sent("c-2", place.secret)] == [204, 204]
        assert place.heard() == ["c-1", "c-2"]
        assert GIVEN not in secrets_of(program, stranger)


def test_a_system_that_signs_nothing_has_no_secret_to_give(pinging: Place, clock: Clock) -> None:
    with database.write(pinging.program.engine) as db, pytest.raises(SalonError, match="signs nothing"):
        salons_connection.rotate_secret(db, pinging.account, now=clock.at, overlap=timedelta(0), given=GIVEN)
    assert secrets_of(pinging.program, pinging.account) == (pinging.secret,)
