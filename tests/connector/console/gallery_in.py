"""Every state of the pages by which somebody gets in: log-in, invitations, a lost phone, devices, people."""

from datetime import timedelta
from urllib.parse import quote

from sqlmodel import Session

from connector import (
    database,
    owners,
    owners_codes,
    owners_invitations,
    owners_people,
    owners_recovery,
    salons,
    sessions,
)
from connector.program import Program
from connector.sessions import Errand
from tests.builders import Clock
from tests.connector.console.place import Place
from tests.connector.console.visitor import Person, person

_AT = "hyva"
_AGENTS = ("Chrome · Android", "Safari · iPhone", "Firefox · Windows", None)


def getting_in(program: Program, clock: Clock, owner: Person) -> list[Place]:
    """Before anybody is logged in, then what is the owner's own."""
    return [*_doors(program, clock), *_lost_phone(program, clock), *_own(program, clock), *_people(owner)]


def _doors(program: Program, clock: Clock) -> list[Place]:
    now = clock.at
    with database.write(program.engine) as db:
        guest = owners.add(db, program.vault, "uusi@aava.example", "aava", now=now)
        over = owners.add(db, program.vault, "myohassa@aava.example", "aava", now=now - timedelta(days=4))
        used = owners.add(db, program.vault, "kaytetty@aava.example", "aava", now=now)
        someone = owners_invitations.whose(db, used)
        assert someone is not None
        owners_invitations.close(db, someone, now=now)
        late = owners_invitations.whose(db, guest)
        assert late is not None
        account = salons.account(db, program.vault, "aava")
        assert account is not None
        waits = owners_invitations.invite(db, late, salon=_AT, now=now)
        setting_up = owners.add(db, program.vault, "alussa@aava.example", "aava", now=now)
        beginner = owners_invitations.whose(db, setting_up)
        assert beginner is not None
        owners.accept(db, program.vault, beginner, "of no password")
        half = sessions.start(db, beginner, now=now)
    wrong = {"email": "omistaja@aava.example", "password": "väärä"}
    weak = {"password": "lyhyt", "again": "lyhyt"}
    return [
        Place("login", "/login", None),
        Place("login-wrong", "/login", None, form=wrong),
        Place("code", "/login/code", None, is_half=True),
        Place("code-wrong", "/login/code", None, form={"code": "12"}, is_half=True),
        Place("invitation", _link(guest), None),
        Place("invitation-weak", _link(guest), None, form=weak),
        Place("invitation-code", f"{_link(setting_up)}/code", None, cookie=half),
        Place("invitation-over", _link(over), None),
        Place("invitation-used", _link(used), None),
        Place("invitation-unknown", "/invitation/jotain", None),
        Place("invitation-waits", _link(waits), None),
    ]


def _lost_phone(program: Program, clock: Clock) -> list[Place]:
    lost = person(program, clock, "hukassa@aava.example", _AT)
    with database.write(program.engine) as db:
        owners_recovery.make(db, program.vault, lost.id)
        half = sessions.start(db, lost.id, now=clock.at)
        owners_codes.offer_next(db, program.vault, lost.id)
        found = sessions.find(db, sessions.start(db, lost.id, now=clock.at), now=clock.at)
        assert found is not None
        back = sessions.make_whole(db, found, now=clock.at, errand=Errand.APP)
    return [
        Place("code-wrong-digits", "/login/code", None, form={"code": "000000"}, cookie=half),
        Place("recovery", "/login/recovery", None, cookie=half),
        Place("recovery-wrong", "/login/recovery", None, form={"recovery": "7K2MQ-X4T9B"}, cookie=half),
        Place("app-new", "/login/app", None, cookie=back),
        Place("app-new-wrong", "/login/app", None, form={"code": "12"}, cookie=back),
    ]


def _own(program: Program, clock: Clock) -> list[Place]:
    paivi = person(program, clock, "paivi@aijala.example", _AT)
    few = person(program, clock, "vahissa@aijala.example", _AT)
    with database.write(program.engine) as db:
        account = salons.account(db, program.vault, _AT)
        assert account is not None
        token = owners_people.invite(
            db, program.vault, account, "sisko@aijala.example", by=paivi.id, now=clock.at
        )
        assert token is not None
        offered = owners_people.invite(
            db, program.vault, account, "omistaja@aava.example", by=paivi.id, now=clock.at
        )
        assert offered is None  # who may speak here already is not invited
        away = salons.account(db, program.vault, "uusi")
        assert away is not None
        taken = owners_people.invite(db, program.vault, away, paivi.email, by=few.id, now=clock.at)
        assert taken is not None
        invited = owners_invitations.whose(db, token)
        owners_recovery.make(db, program.vault, paivi.id)
        mine = [_whole(db, paivi, clock, agent=agent) for agent in _AGENTS]
        other = _whole(db, few, clock)
        setting_up = _whole(db, few, clock, errand=Errand.CODES)
    good = {"password": "kolme sanaa yhdessä", "again": "kolme sanaa yhdessä"}
    return [
        Place("me", "/settings/me", _AT, cookie=mine[0]),
        Place("me-few", "/settings/me?told=others", _AT, cookie=other),
        Place("password", "/settings/me/password", _AT, cookie=mine[0]),
        Place("password-weak", "/settings/me/password", _AT, form={"password": "lyhyt"}, cookie=mine[0]),
        Place("password-wrong", "/settings/me/password", _AT, form=good, cookie=mine[0]),
        Place("app", "/settings/me/app", _AT, cookie=mine[0]),
        Place("app-wrong", "/settings/me/app", _AT, form={"recovery": "12"}, cookie=mine[0]),
        Place("codes", "/settings/me/codes", _AT, cookie=mine[0]),
        Place("codes-first", "/settings/me/codes", _AT, cookie=setting_up),
        Place("codes-shown", "/settings/me/codes", _AT, form={}, cookie=setting_up),
        Place("people", "/settings/people", _AT, cookie=mine[0]),
        Place("people-told", "/settings/people?told=ended", _AT, cookie=mine[0]),
        Place(
            "people-no-address", "/settings/people", _AT, form={"salon": _AT, "email": "x"}, cookie=mine[0]
        ),
        Place("person", f"/settings/people/{few.id}", _AT, cookie=mine[0]),
        Place("person-me", f"/settings/people/{paivi.id}", _AT, cookie=mine[0]),
        Place("person-invited", f"/settings/people/{invited}", _AT, cookie=mine[0]),
        Place("invitation-take-up", _link(taken), None),
        Place("invitation-mine", _link(taken), None, cookie=mine[0]),
        Place("invitation-not-mine", _link(taken), None, cookie=other),
    ]


def _people(owner: Person) -> list[Place]:
    return [Place("person-last", f"/settings/people/{owner.id}", "uusi")]


def _whole(
    db: Session, who: Person, clock: Clock, *, agent: str | None = None, errand: Errand | None = None
) -> str:
    """Somebody's whole session, looking at the salon of these pages."""
    half = sessions.find(db, sessions.start(db, who.id, now=clock.at), now=clock.at)
    assert half is not None
    token = sessions.make_whole(db, half, now=clock.at, agent=agent, errand=errand)
    found = sessions.find(db, token, now=clock.at)
    assert found is not None
    assert sessions.look_at(db, found, _AT)
    return token


def _link(token: str) -> str:
    return f"/invitation/{quote(token)}"
