"""The connection page: what is kept and what never shows, codes, closed addresses, and the trial over real HTTP."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlmodel import select
from werkzeug.test import TestResponse

from connector import database, quarantine, salons, salons_connection, wiring_trials
from connector.app import create_app
from connector.console import wiring_said
from connector.pretend.listening import Listening
from connector.pretend.phorest import Phorest
from connector.pretend.phorest_api import serve
from connector.program import Program
from connector.salons import Account
from connector.sender import HttpSender
from connector.tables import Quarantined, Salon
from connector.texts import LANGUAGES, of
from connector.wiring import Step
from connector.wiring_words import CALLBACKS, WORDS
from tests.builders import NOON, Clock
from tests.connector.chains import lines_of
from tests.connector.console.visitor import Person, Visitor, form_of, text_of
from tests.connector.intake import body_of, rows, secrets_of
from tests.connector.night_world import quarantine as quarantined
from tests.connector.pretend_world import World, pretending
from webhooks.delivery import Delivery
from webhooks.signatures import new_secret

pytestmark = pytest.mark.journey  # over real HTTP, both ways

ADDRESS, SECRET, PAGE = "/settings/connection/address", "/settings/connection/secret", "/settings/connection"
TRY, WAITING = "/settings/connection/test", "/settings/quarantine"
NEW = "https://varaus.example/api"


def account_of(program: Program, slug: str = "aava") -> Account:
    """A salon's account as it stands."""
    with database.read(program.engine) as db:
        found = salons.account(db, program.vault, slug)
    assert found is not None
    return found


def save(visitor: Visitor, owner: Person, *, address: str = NEW, token: str = "uusi-avain") -> TestResponse:  # noqa: S107
    """Send the form for address and key, with a fresh code."""
    return visitor.post(ADDRESS, salon="aava", address=address, token=token, code=owner.next_code())


def changes(program: Program, account: Account) -> list[str]:
    """What the evidence says was changed."""
    lines = lines_of(program, account).values()
    return [line["changed"] for line in lines if line["what"] == "connection"]


# ---- address and key -------------------------------------------------------------------------------


def test_a_new_address_and_key_are_kept_with_a_code_and_the_key_never_shows_again(
    program: Program, salon: Account, stranger: Account, logged_in: Visitor, owner: Person
) -> None:
    answer = save(logged_in, owner)
    assert (answer.status_code, answer.location) == (303, f"{PAGE}?saved=1")
    kept = account_of(program)
    assert (kept.base_url, kept.token) == (NEW, "uusi-avain")
    for page in (PAGE, ADDRESS):
        told = logged_in.get(page).get_data(as_text=True)
        assert NEW in told
        assert "uusi-avain" not in told
    assert account_of(program, "toinen") == stranger
    assert changes(program, salon) == ["address", "token"]
    assert "uusi-avain" not in str(lines_of(program, salon))


@pytest.mark.parametrize("code", ["", "12", "000000"])
def test_without_a_right_code_nothing_is_changed(
    program: Program, salon: Account, logged_in: Visitor, code: str
) -> None:
    answer = logged_in.post(ADDRESS, salon="aava", address=NEW, token="uusi-avain", code=code)
    assert answer.status_code == 403
    assert "uusi-avain" not in answer.get_data(as_text=True)
    assert account_of(program) == salon
    assert changes(program, salon) == []


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "Tuo ei ole osoite"),
        ("javascript:alert(1)", "Tuo ei ole osoite"),
        ("https://aino:salasana@varaus.example", "Tuo ei ole osoite"),
        ("https://varaus.example/?avain=1", "Tuo ei ole osoite"),
        ("http://varaus.example", "pitää olla https"),
        ("https://10.0.0.8/api", "suljettuun verkkoon"),
        ("https://[::1]/api", "suljettuun verkkoon"),
        ("https://169.254.169.254/latest", "suljettuun verkkoon"),
        ("https://a.localhost/api", "suljettuun verkkoon"),
    ],
)
def test_an_address_that_is_none_or_leads_into_a_closed_network_is_refused_and_uses_up_no_code(
    program: Program, salon: Account, logged_in: Visitor, owner: Person, address: str, words: str
) -> None:
    code = owner.next_code()
    form = {"salon": "aava", "token": "uusi-avain", "code": code}
    answer = logged_in.post(ADDRESS, address=address, **form)
    assert (answer.status_code, words in text_of(answer)) == (422, True)
    assert account_of(program) == salon
    assert logged_in.post(ADDRESS, address=NEW, **form).status_code == 303


def test_a_host_that_the_settings_allow_may_be_on_this_machine(
    program: Program, logged_in: Visitor, owner: Person
) -> None:
    assert save(logged_in, owner, address="http://127.0.0.1:81/api").status_code == 303
    assert account_of(program).base_url == "http://127.0.0.1:81/api"


def test_a_private_host_that_was_allowed_for_another_salon_is_nobody_elses(
    program: Program, logged_in: Visitor, owner: Person
) -> None:
    assert save(logged_in, owner).status_code == 303
    for address in ("http://127.0.0.1:81/api", "https://127.0.0.1/api"):
        assert save(logged_in, owner, address=address).status_code == 422
    assert account_of(program).base_url == NEW


def test_the_kept_key_is_not_sent_to_a_new_place_but_goes_with_a_new_path(
    program: Program, salon: Account, logged_in: Visitor, owner: Person
) -> None:
    answer = save(logged_in, owner, token="")
    assert (answer.status_code, "vanhaa ei lähetetä" in text_of(answer)) == (422, True)
    assert account_of(program) == salon
    assert save(logged_in, owner, address=f"{salon.base_url}/v2", token="").status_code == 303
    assert account_of(program).token == salon.token


@pytest.mark.parametrize("token", ["kaksi sanaa", "ääkköset", "a\nb", "x" * 4097])
def test_a_key_that_cannot_be_one_is_refused(
    program: Program, salon: Account, logged_in: Visitor, owner: Person, token: str
) -> None:
    assert save(logged_in, owner, token=token).status_code == 422
    assert account_of(program) == salon


def test_a_form_that_changes_nothing_says_so(salon: Account, logged_in: Visitor, owner: Person) -> None:
    answer = save(logged_in, owner, address=salon.base_url or "", token="")
    assert (answer.status_code, "mikään ei muuttunut" in text_of(answer)) == (422, True)


# ---- the secret ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("overlap", "hours"), [("72", 72), ("0", 0), ("999999", 72)])
def test_a_new_secret_is_shown_once_and_the_old_one_is_good_for_as_long_as_was_said(
    program: Program,
    salon: Account,
    logged_in: Visitor,
    owner: Person,
    clock: Clock,
    overlap: str,
    hours: int,
) -> None:
    (old,) = secrets_of(program, salon)
    answer = logged_in.post(SECRET, salon="aava", overlap=overlap, code=owner.next_code())
    made = clock.at
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    new = secrets_of(program, salon)[0]
    assert new != old
    assert new in answer.get_data(as_text=True)
    for page in (PAGE, SECRET, "/evidence"):
        assert "whsec_" not in logged_in.get(page).get_data(as_text=True)
    clock.at = max(made, made + timedelta(hours=hours) - timedelta(seconds=1))
    assert set(secrets_of(program, salon)) == ({new, old} if hours else {new})
    clock.at = made + timedelta(hours=hours)
    assert secrets_of(program, salon) == (new,)
    assert changes(program, salon) == ["secret"]
    assert new not in str(lines_of(program, salon))


def test_a_secret_is_not_made_without_a_code_nor_twice_by_one(
    program: Program, salon: Account, logged_in: Visitor, owner: Person
) -> None:
    before = secrets_of(program, salon)
    assert logged_in.post(SECRET, salon="aava", code="000000").status_code == 403
    assert secrets_of(program, salon) == before
    code = owner.next_code()
    assert logged_in.post(SECRET, salon="aava", code=code).status_code == 200
    after = secrets_of(program, salon)
    again = logged_in.post(SECRET, salon="aava", code=code)
    assert (again.status_code, "whsec_" in again.get_data(as_text=True)) == (403, False)
    assert secrets_of(program, salon) == after


def test_a_secret_that_the_booking_system_gave_is_kept_beside_the_old_one_and_on_no_page(
    program: Program, salon: Account, stranger: Account, logged_in: Visitor, owner: Person, clock: Clock
) -> None:
    (old,), theirs, given = secrets_of(program, salon), secrets_of(program, stranger), new_secret(b"g" * 32)
    wrong = logged_in.post(SECRET, salon="aava", given=given, code="000000")
    assert (wrong.status_code, secrets_of(program, salon)) == (403, (old,))
    answer = logged_in.post(SECRET, salon="aava", given=f" {given} ", code=owner.next_code())
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PAGE}?saved=1")
    pages = [wrong, answer, *map(logged_in.get, (PAGE, SECRET, "/evidence"))]
    assert not any("whsec_" in page.get_data(as_text=True) for page in pages)
    assert set(secrets_of(program, salon)) == {given, old}
    assert secrets_of(program, stranger) == theirs
    assert changes(program, salon) == ["secret"]
    assert given not in str(lines_of(program, salon))
    clock.at += timedelta(hours=72)
    assert secrets_of(program, salon) == (given,)


def test_what_is_no_secret_of_the_booking_system_costs_no_code_and_is_not_shown_again(
    program: Program, salon: Account, logged_in: Visitor, owner: Person
) -> None:
    before, code = secrets_of(program, salon), owner.next_code()
    answer = logged_in.post(SECRET, salon="aava", given="väärä-salaisuus", code=code)
    assert (answer.status_code, secrets_of(program, salon)) == (422, before)
    assert "salaisuus on muotoa whsec_…" in text_of(answer)
    assert "väärä-salaisuus" not in answer.get_data(as_text=True)
    assert logged_in.post(SECRET, salon="aava", code=code).status_code == 200


@pytest.mark.parametrize("has_ended", [False, True])
def test_a_secret_that_was_good_here_already_is_refused_and_costs_no_code(
    program: Program, salon: Account, stranger: Account, logged_in: Visitor, owner: Person, has_ended: bool
) -> None:
    given = new_secret(b"g" * 32)
    logged_in.post(SECRET, salon="aava", given=given, overlap="0", code=owner.next_code())
    if has_ended:
        logged_in.post(SECRET, salon="aava", overlap="0", code=owner.next_code())
    before, code = secrets_of(program, salon), owner.next_code()
    answer = logged_in.post(SECRET, salon="aava", given=given, overlap="0", code=code)
    assert (answer.status_code, secrets_of(program, salon)) == (422, before)
    assert "on jo käytössä tai on ollut" in text_of(answer)
    assert given not in answer.get_data(as_text=True)
    (theirs,) = secrets_of(program, stranger)  # another salon's is nobody's business here
    answer = logged_in.post(SECRET, salon="aava", given=theirs, overlap="0", code=code)
    assert (answer.status_code, secrets_of(program, salon)) == (303, (theirs,))


@pytest.mark.parametrize(("given", "status"), [("a" * 15, 422), ("a" * 16, 303), ("a" * 20 + " b", 422)])
def test_a_system_whose_secrets_are_any_text_takes_one_that_nobody_can_guess(
    program: Program, salon: Account, logged_in: Visitor, owner: Person, given: str, status: int
) -> None:
    with database.write(program.engine) as db:
        db.connection().execute(sa.text("UPDATE salon SET dialect = 'easyappointments' WHERE slug = 'aava'"))
    answer = logged_in.post(SECRET, salon="aava", given=given, code=owner.next_code())
    assert answer.status_code == status
    assert ("Salaisuudessa on 16–256 kirjainta" in text_of(answer)) is (status == 422)
    assert (given in secrets_of(program, salon)) is (status == 303)


@pytest.mark.parametrize("path", [ADDRESS, SECRET, TRY, WAITING, "/evidence/check"])
def test_a_form_of_another_salon_acts_on_none(
    program: Program, salon: Account, stranger: Account, logged_in: Visitor, owner: Person, path: str
) -> None:
    secrets = secrets_of(program, salon), secrets_of(program, stranger)
    form = {"address": NEW, "token": "x", "word": "drop", "seen": "x", "code": owner.next_code()}
    assert logged_in.post(path, salon="toinen", **form).status_code == 409
    assert (account_of(program), account_of(program, "toinen")) == (salon, stranger)
    assert (secrets_of(program, salon), secrets_of(program, stranger)) == secrets


# ---- the trial -------------------------------------------------------------------------------------


@dataclass
class Wired:
    """The owner's browser at an Ovikello that listens, beside a booking system that delivers by itself."""

    program: Program
    visitor: Visitor
    world: World
    app: Flask

    def connect(
        self, *, token: str | None = None, base_url: str | None = None, secret: str | None = None
    ) -> None:
        """Keep address and key; and have the booking system sign with a secret."""
        account = account_of(self.program)
        with database.write(self.program.engine) as db:
            salons_connection.set_address(db, account, base_url or self.world.base_url, now=NOON)
            salons_connection.set_token(db, account, token or self.world.system.token, now=NOON)
        if secret is not None:
            self.world.system.outbox.secret = secret

    def press(self) -> str:
        """Press the button, and read what the page says."""
        answer = self.visitor.post(TRY, salon="aava")
        assert (answer.status_code, answer.location) == (303, f"{PAGE}#h-test")
        return text_of(self.visitor.get(PAGE))


@pytest.fixture
def wired(program: Program, salon: Account, owner: Person) -> Iterator[Wired]:
    """Real HTTP both ways."""
    app = create_app(program)
    listening = Listening(app)
    with pretending() as world:
        url = f"{listening.base_url}/webhooks/{salon.slug}"
        world.system.outbox.connect(url, secrets_of(program, salon)[0])
        visitor = Visitor(app).log_in(owner)
        world.clock.at = owner.clock.at
        world.system.outbox.start()
        yield Wired(program, visitor, world, app)
    listening.stop()


def test_a_trial_of_a_whole_wiring_says_that_both_halves_work_and_what_the_system_can(wired: Wired) -> None:
    wired.connect()
    told = wired.press()
    assert "Ovikello → varausjärjestelmä: toimii" in told
    assert "Varausjärjestelmä → Ovikello: toimii" in told
    assert "Poistaa asiakkaan" in told
    assert ": ei toimi" not in told


def test_a_system_without_a_test_message_is_not_said_to_be_broken_nor_to_work_both_ways(wired: Wired) -> None:
    wired.connect()
    wired.world.system.can = None
    told = wired.press()
    assert "Ovikello → varausjärjestelmä: toimii" in told
    assert "Tätä ei testattu" in told
    assert "Varausjärjestelmä → Ovikello: " not in told
    assert "toimii molempiin suuntiin" not in told
    assert "Korjaa näin" not in told


@pytest.mark.parametrize(
    ("wrong", "half", "words"),
    [
        ({"token": "vanha"}, "Ovikello → varausjärjestelmä", "avain on väärä"),
        ({"base_url": "http://127.0.0.1:9"}, "Ovikello → varausjärjestelmä", "ei vastaa kukaan"),
        ({"secret": new_secret(b"w" * 32)}, "Varausjärjestelmä → Ovikello", "väärä salaisuus"),
    ],
)
def test_a_trial_names_the_half_that_is_broken_and_what_to_do(
    wired: Wired, wrong: dict[str, str], half: str, words: str
) -> None:
    wired.connect(**wrong)
    told = wired.press()
    assert f"{half}: ei toimi" in told
    assert words in told
    assert "Korjaa näin" in told


def test_an_address_without_a_path_that_answers_is_told_from_a_silent_one(wired: Wired) -> None:
    wired.connect(base_url=f"{wired.world.base_url}/vanha")
    assert "asiakaslistaa ei ole siellä" in wired.press()


def test_a_kept_address_that_leads_into_a_closed_network_is_never_called(
    program: Program, salon: Account, owner: Person
) -> None:
    app = create_app(replace(program, send=HttpSender(frozenset())))
    with pretending() as world, database.write(program.engine) as db:
        salons_connection.set_address(db, salon, world.base_url.replace("http:", "https:"), now=NOON)
    visitor = Visitor(app).log_in(owner)
    visitor.post(TRY, salon="aava")
    assert "vie suljettuun verkkoon" in text_of(visitor.get(PAGE))
    assert world.system.calls == []


def test_only_one_trial_of_a_salon_runs_until_whoever_began_must_have_died(
    program: Program, salon: Account, logged_in: Visitor, clock: Clock
) -> None:
    logged_in.post(TRY, salon="aava")
    with database.write(program.engine) as db:
        db.connection().exec_driver_sql("UPDATE wiring_trial SET begun_at = tried_at")
    began = clock.at
    clock.at = began + wiring_trials.TAKES_AT_MOST - timedelta(seconds=1)
    assert logged_in.post(TRY, salon="aava").location == f"{PAGE}?busy=1#h-test"
    clock.at = began + wiring_trials.TAKES_AT_MOST
    assert logged_in.post(TRY, salon="aava").location == f"{PAGE}#h-test"


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_a_trial_finds_has_words_and_what_is_broken_has_something_to_do(language: str) -> None:
    assert set(wiring_said.SAID) == set(WORDS)
    held = {"answers", "came_in", "sends_nothing", "came_before", "no_test_call"}
    assert set(wiring_said.TO_DO) == set(WORDS) - held
    for word in WORDS:
        said = wiring_said.of(of(language), Step(CALLBACKS, word in held, word, 6))
        assert "%(" not in said.text
        assert bool(said.to_do) is (word not in held)


# ---- a system that sends nothing --------------------------------------------------------------------


@pytest.fixture
def silent(program: Program, salon: Account, logged_in: Visitor) -> Visitor:
    """The owner of a salon whose booking system sends nothing."""
    with database.write(program.engine) as db:
        for row in db.exec(select(Salon).where(Salon.slug == salon.slug)):
            row.dialect = "phorest"
            db.add(row)
    return logged_in


def test_of_a_system_that_sends_nothing_no_address_or_secret_is_to_be_copied_anywhere(
    program: Program, salon: Account, silent: Visitor, owner: Person
) -> None:
    told, before = text_of(silent.get(PAGE)), secrets_of(program, salon)
    assert "ei lähetä viestejä" in told
    for word in ("webhook", "Salaisuus", "salaisuus", "molempiin suuntiin", "Viestit", "viesti"):
        assert word not in told.replace("ei lähetä viestejä", "")
    assert silent.get(SECRET).status_code == 404
    assert silent.post(SECRET, salon="aava", code=owner.next_code()).status_code == 404
    assert secrets_of(program, salon) == before


def test_a_trial_of_it_proves_the_one_half_and_counts_as_whole(
    program: Program, salon: Account, silent: Visitor, owner: Person
) -> None:
    system = Phorest(now=program.now)
    asked = serve(system)
    with database.write(program.engine) as db:
        account = salons.account(db, program.vault, salon.slug)
        assert account is not None
        salons_connection.set_settings(db, account, {"business": "biz-1", "branches": "keskusta"}, now=NOON)
        salons_connection.set_address(db, account, f"{asked.base_url}/api/business", now=NOON)
        salons_connection.set_token(db, account, system.token, now=NOON)
    try:
        visitor = Visitor(create_app(program)).log_in(owner)
        visitor.post(TRY, salon="aava")
    finally:
        asked.stop()
    told = text_of(visitor.get(PAGE))
    assert "Ovikello → varausjärjestelmä: toimii" in told
    assert "Varausjärjestelmä → Ovikello" not in told
    assert "ei toimi" not in told


def test_a_key_of_another_form_is_refused_with_the_right_form_and_uses_up_no_code(
    program: Program, silent: Visitor, owner: Person
) -> None:
    before, code = account_of(program), owner.next_code()
    answer = silent.post(ADDRESS, salon="aava", address=NEW, token="avain", code=code)
    assert answer.status_code == 422
    assert "global/EMAIL:PASSWORD" in text_of(answer)
    assert account_of(program) == before
    right = "global/api@salonki.example:salasana"
    assert silent.post(ADDRESS, salon="aava", address=NEW, token=right, code=code).status_code == 303
    assert account_of(program).token == right


# ---- how it has worked -----------------------------------------------------------------------------


def test_the_page_tells_of_this_salons_messages_and_of_no_other_ones(
    program: Program, salon: Account, stranger: Account, logged_in: Visitor
) -> None:
    quarantined(program, stranger, is_known_type=True)
    with database.write(program.engine) as db:
        salons_connection.rotate_secret(db, stranger, now=NOON, overlap=timedelta(hours=1))
    told = text_of(logged_in.get(PAGE))
    assert "Ei ymmärretty" not in told
    assert "Edellinen kelpaa" not in told
    assert "toinen" not in logged_in.get(PAGE).get_data(as_text=True).replace("toinen puoli", "")
    quarantined(program, salon, is_known_type=True)
    assert "1 viesti odottaa sinua" in text_of(logged_in.get(PAGE))


# ---- messages that were not understood -------------------------------------------------------------


def keep(program: Program, account: Account, *, kind: str = "client.sneezed", name: str = "d-1") -> None:
    """Keep a real delivery that was not understood."""
    with database.write(program.engine) as db:
        quarantine.keep(
            db,
            account,
            Delivery({}, body_of(kind, {"client_id": "c-1"}), NOON),
            delivery_id=name,
            digest=name,
            reason="type",
            is_known_type=False,
        )


def states(program: Program, account: Account) -> list[str]:
    """What became of what was kept."""
    return sorted(row.state for row in rows(program, account, Quarantined))


def test_a_kind_is_destroyed_unread_with_a_code_and_nothing_else_is(
    program: Program, salon: Account, stranger: Account, logged_in: Visitor, owner: Person
) -> None:
    for name in ("d-1", "d-2"):
        keep(program, salon, name=name)
    keep(program, stranger)
    quarantined(program, salon, is_known_type=True)
    page = logged_in.get(WAITING)
    assert "Kunnes vastaat ensimmäiseen näistä" in text_of(page)
    kinds = [part.split('"')[0] for part in page.get_data(as_text=True).split("?seen=")[1:]]
    seen = [kind.split("#")[0] for kind in kinds][1]
    form = {"salon": "aava", "seen": seen, "word": "drop"}
    assert logged_in.post(WAITING, code="000000", **form).status_code == 403
    assert states(program, salon) == ["waiting"] * 3
    answer = logged_in.post(WAITING, code=owner.next_code(), **form)
    assert answer.location == f"{WAITING}?dropped=2&left=0"
    assert states(program, salon) == ["dropped", "dropped", "waiting"]
    assert states(program, stranger) == ["waiting"]
    assert "2 viestiä tuhottiin lukematta" in text_of(logged_in.get(answer.location))


def test_what_can_be_read_by_now_is_read_and_the_rest_is_said(
    program: Program, salon: Account, logged_in: Visitor, owner: Person
) -> None:
    keep(program, salon, name="d-1")
    keep(program, salon, name="d-2", kind="client.login")
    form = form_of(logged_in.get(WAITING), WAITING)
    answer = logged_in.post(WAITING, word="release", code=owner.next_code(), **form)
    assert answer.location == f"{WAITING}?released=1&left=1"
    assert states(program, salon) == ["released", "waiting"]


def test_an_answer_to_what_has_changed_since_is_not_taken_and_uses_up_no_code(
    program: Program, salon: Account, logged_in: Visitor, owner: Person
) -> None:
    keep(program, salon)
    form = form_of(logged_in.get(WAITING), WAITING)
    keep(program, salon, name="d-2")
    code = owner.next_code()
    assert logged_in.post(WAITING, word="drop", code=code, **form).status_code == 409
    assert states(program, salon) == ["waiting", "waiting"]
    form = form_of(logged_in.get(WAITING), WAITING)
    assert logged_in.post(WAITING, word="drop", code=code, **form).status_code == 303


def test_where_nothing_waits_the_page_says_so(logged_in: Visitor) -> None:
    assert "Mikään ei odota" in text_of(logged_in.get(WAITING))


def test_no_secret_or_key_is_in_the_programs_log(
    logged_in: Visitor, owner: Person, program: Program, salon: Account, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    save(logged_in, owner, token="hyvin-salainen")
    logged_in.post(SECRET, salon="aava", code=owner.next_code())
    logged_in.post(TRY, salon="aava")
    assert "hyvin-salainen" not in caplog.text
    assert "whsec_" not in caplog.text
