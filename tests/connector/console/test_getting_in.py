"""Getting in as a browser sees it: an invitation, a lost phone, another app, recovery codes, devices, the password."""

import re
from datetime import timedelta
from urllib.parse import unquote

import pyotp
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from connector import database, owners, owners_recovery
from connector.console import browsers
from connector.program import Program
from connector.salons import Account
from tests.builders import Clock
from tests.connector.console.visitor import PASSWORD, Person, Visitor, text_of

PHONE = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36"
)
NEW_PASSWORD = "neljä sanaa ihan toisin"


def secret_of(page: TestResponse) -> pyotp.TOTP:
    """The code app that reads the page's link."""
    found = re.search(r"secret=([A-Z2-7]+)&amp;issuer=Ovikello", page.get_data(as_text=True))
    assert found is not None
    return pyotp.TOTP(found[1])


def codes_of(page: TestResponse) -> list[str]:
    """The recovery codes that a page shows."""
    return re.findall(r"<li>([0-9A-Z]{5}-[0-9A-Z]{5})</li>", page.get_data(as_text=True))


def codes_for(program: Program, who: Person) -> tuple[str, ...]:
    """Ten codes, made beforehand."""
    with database.write(program.engine) as db:
        return owners_recovery.make(db, program.vault, who.id)


def half_in(app: Flask, who: Person) -> Visitor:
    """A browser that has said the password."""
    visitor = Visitor(app)
    assert visitor.post("/login", email=who.email, password=PASSWORD).status_code == 303
    return visitor


def is_in(visitor: Visitor) -> bool:
    """Whether the queue opens."""
    return visitor.get("/").status_code == 200


def test_an_invitation_leads_by_password_and_code_to_recovery_codes_and_the_queue(
    program: Program, visitor: Visitor, clock: Clock, salon: Account
) -> None:
    with database.write(program.engine) as db:
        token = owners.add(db, program.vault, "uusi@aava.example", salon.slug, now=clock.at)
    assert visitor.get(f"/invitation/{token}").status_code == 200
    answer = visitor.post(f"/invitation/{token}", password=PASSWORD, again=PASSWORD)
    page = visitor.get(answer.location)
    app = secret_of(page)
    plain = re.sub(r"</?span>", "", page.get_data(as_text=True))
    assert f">{app.secret}</p>" in plain  # whoever selects the key copies it without a space
    assert 'href="otpauth://totp/' in plain
    assert 'src="data:image/svg' in plain
    assert visitor.post(answer.location, code=app.at(clock.at)).location == "/settings/me/codes"
    first = visitor.get("/settings/me/codes")
    assert "Näytä koodit" in text_of(first)
    assert codes_of(first) == []
    assert 'name="code"' not in first.get_data(as_text=True)
    shown = visitor.post("/settings/me/codes")
    assert len(set(codes_of(shown))) == 10
    saved = re.search(r'href="data:text/plain;charset=utf-8,([^"]+)"', shown.get_data(as_text=True))
    assert saved is not None
    assert set(unquote(saved[1]).split()) >= set(codes_of(shown))
    assert visitor.post("/settings/me/codes/saved").location == "/"
    assert codes_of(visitor.get("/settings/me/codes")) == []
    assert visitor.post("/settings/me/codes").status_code == 403  # others need a code from now on


def test_a_lost_phone_is_made_good_by_a_recovery_code_and_another_app(
    app: Flask, program: Program, owner: Person, other_owner: Person, clock: Clock
) -> None:
    codes = codes_for(program, owner)
    lost, other = Visitor(app).log_in(owner), Visitor(app).log_in(other_owner)
    visitor = half_in(app, owner)
    assert "Puhelin hukassa?" in text_of(visitor.get("/login/code"))
    assert visitor.post("/login/recovery", recovery=codes[0].lower()).location == "/login/app"
    assert not is_in(lost)
    assert is_in(other)
    for path in ("/", "/settings/me", "/settings/people", "/approve?group=x"):
        assert visitor.get(path).location == "/login/app", path  # nothing but the app
    assert visitor.post("/approve", word="approve", code="000000").location == "/login/app"
    new = secret_of(visitor.get("/login/app"))
    assert visitor.post("/login/app", code=owner.next_code()).status_code == 403  # the old app's
    assert visitor.post("/login/app", code=new.at(clock.at)).location == "/settings/me/codes"
    assert is_in(visitor)
    fresh = codes_of(visitor.post("/settings/me/codes"))
    assert set(fresh).isdisjoint(codes)
    again = half_in(app, owner)
    clock.at += timedelta(minutes=1)
    assert again.post("/login/code", code=owner.code()).status_code == 403
    assert again.post("/login/recovery", recovery=codes[1]).status_code == 403
    assert again.post("/login/code", code=new.at(clock.at)).location == "/"


def test_who_breaks_off_after_a_recovery_code_has_the_old_app_and_nine_codes(
    app: Flask, program: Program, owner: Person
) -> None:
    codes = codes_for(program, owner)
    half_in(app, owner).post("/login/recovery", recovery=codes[0])
    assert half_in(app, owner).post("/login/code", code=owner.next_code()).location == "/"
    again = half_in(app, owner)
    assert again.post("/login/recovery", recovery=codes[0]).status_code == 403
    assert again.post("/login/recovery", recovery=codes[1]).location == "/login/app"


def test_a_recovery_code_approves_nothing(program: Program, logged_in: Visitor, owner: Person) -> None:
    codes = codes_for(program, owner)
    for path in ("/settings/people", "/settings/me/codes", "/settings/me/app"):
        form = {"salon": "aava", "email": "x@aava.example", "code": codes[0]}
        assert logged_in.post(path, **form).status_code == 403, path
    with database.read(program.engine) as db:
        assert owners_recovery.left(db, owner.id) == 10


def test_the_secret_of_another_app_is_for_the_browser_that_asked_for_it(
    app: Flask, program: Program, owner: Person, clock: Clock
) -> None:
    mine, copy = Visitor(app).log_in(owner), Visitor(app).log_in(owner)
    assert mine.get("/login/app").location == "/settings/me/app"
    assert mine.post("/settings/me/app", code="000000").status_code == 403
    assert mine.post("/settings/me/app", code=owner.next_code()).location == "/login/app"
    assert copy.get("/login/app").location == "/settings/me/app"
    assert copy.post("/login/app", code="000000").location == "/settings/me/app"
    assert half_in(app, owner).get("/login/app").location == "/login/code"
    new = secret_of(mine.get("/login/app"))
    assert mine.post("/login/app", code=new.at(clock.at)).location == "/settings/me/codes"
    assert (is_in(mine), is_in(copy)) == (True, False)
    assert mine.get("/login/app").location == "/settings/me/app"


def test_new_recovery_codes_need_a_code_and_tell_how_many_are_left(
    program: Program, logged_in: Visitor, owner: Person
) -> None:
    assert "Sinulla ei ole palautuskoodeja." in text_of(logged_in.get("/settings/me"))
    assert codes_of(logged_in.post("/settings/me/codes", code="000000")) == []
    shown = codes_of(logged_in.post("/settings/me/codes", code=owner.next_code()))
    assert len(shown) == 10
    logged_in.post("/settings/me/codes/saved")
    page = text_of(logged_in.get("/settings/me"))
    assert "10 jäljellä" in page
    assert "Sinulla ei ole palautuskoodeja." not in page


def copy_of(app: Flask, visitor: Visitor) -> Visitor:
    """Somebody who has copied a browser's cookie."""
    copied = visitor.client.get_cookie("ovikello")
    assert copied is not None
    copy = Visitor(app)
    copy.client.set_cookie("ovikello", copied.value)
    return copy


def test_a_cookie_copied_before_another_app_is_begun_sees_nothing_of_it(
    app: Flask, owner: Person, clock: Clock
) -> None:
    mine = Visitor(app).log_in(owner)
    copy = copy_of(app, mine)
    assert mine.post("/settings/me/app", code=owner.next_code()).location == "/login/app"
    assert copy.get("/login/app").location == "/login"
    between = copy_of(app, mine)
    new = secret_of(mine.get("/login/app"))
    assert mine.post("/login/app", code=new.at(clock.at)).location == "/settings/me/codes"
    assert codes_of(between.post("/settings/me/codes")) == []
    assert len(codes_of(mine.post("/settings/me/codes"))) == 10


def test_another_app_begun_and_left_is_over_after_half_an_hour(
    app: Flask, owner: Person, clock: Clock
) -> None:
    mine = Visitor(app).log_in(owner)
    mine.post("/settings/me/app", code=owner.next_code())
    clock.at += timedelta(minutes=29, seconds=59)
    new = secret_of(mine.get("/login/app"))
    clock.at += timedelta(seconds=1)
    assert mine.get("/login/app").location == "/settings/me/app"
    assert mine.post("/login/app", code=new.at(clock.at)).location == "/settings/me/app"


@pytest.mark.parametrize(("later", "count"), [(timedelta(minutes=29), 10), (timedelta(minutes=30), 0)])
def test_right_after_another_app_recovery_codes_need_no_code_until_they_are_saved_or_half_an_hour_is_over(
    app: Flask, owner: Person, clock: Clock, later: timedelta, count: int
) -> None:
    mine = Visitor(app).log_in(owner)
    mine.post("/settings/me/app", code=owner.next_code())
    mine.post("/login/app", code=secret_of(mine.get("/login/app")).at(clock.at))
    clock.at += later / 2
    assert is_in(mine)
    clock.at += later / 2
    assert len(codes_of(mine.post("/settings/me/codes"))) == count
    mine.post("/settings/me/codes/saved")
    assert codes_of(mine.post("/settings/me/codes")) == []


def test_recovery_codes_that_were_shown_and_not_confirmed_are_no_way_to_others(
    logged_in: Visitor, owner: Person
) -> None:
    assert len(codes_of(logged_in.post("/settings/me/codes", code=owner.next_code()))) == 10
    assert codes_of(logged_in.post("/settings/me/codes")) == []


def test_an_owner_of_two_salons_looks_at_the_same_one_after_another_app(
    app: Flask, program: Program, owner: Person, stranger: Account, clock: Clock
) -> None:
    with database.write(program.engine) as db:
        owners.give_right(db, program.vault, owner.id, stranger.slug, now=clock.at)
    mine = Visitor(app).log_in(owner)
    mine.post("/settings/salon", salon=stranger.slug)
    mine.post("/settings/me/app", code=owner.next_code())
    mine.post("/login/app", code=secret_of(mine.get("/login/app")).at(clock.at))
    page = mine.get("/settings/people").get_data(as_text=True)
    assert f'name="salon" value="{stranger.slug}"' in page


@pytest.mark.parametrize(("into", "says"), [(1, "29 sekunnin"), (29, "1 sekunnin")])
def test_a_page_says_in_how_many_seconds_a_new_code_comes(
    app: Flask, owner: Person, clock: Clock, into: int, says: str
) -> None:
    visitor = half_in(app, owner)
    clock.at += timedelta(seconds=30 + into)
    assert "Käytit juuri koodin" not in text_of(visitor.get("/login/code"))
    wrong = visitor.post("/login/code", code="000000")
    assert f"Koodi ei kelvannut. Uusi koodi tulee {says} kuluttua." in text_of(wrong)
    assert visitor.post("/login/code", code=owner.code()).status_code == 303
    again = half_in(app, owner)
    assert f"Käytit juuri koodin. Uusi koodi tulee {says} kuluttua." in text_of(again.get("/login/code"))
    used = again.post("/login/code", code=owner.code())
    assert f"Koodi on jo käytetty. Uusi koodi tulee {says} kuluttua." in text_of(used)
    assert f"Uusi koodi tulee {says} kuluttua." in text_of(visitor.get("/settings/me/password"))


def test_a_lock_says_how_long_it_lasts(app: Flask, owner: Person) -> None:
    visitor = half_in(app, owner)
    for _ in range(5):
        last = visitor.post("/login/code", code="000000")
    assert "Kokeile uudestaan 30 sekunnin kuluttua." in text_of(last)
    assert "Vääriä koodeja tuli liian monta. Kokeile uudestaan" in text_of(
        visitor.post("/login/code", code="1")
    )


def test_every_device_is_listed_and_can_be_ended_one_by_one(
    app: Flask, owner: Person, other_owner: Person
) -> None:
    phone, laptop, other = Visitor(app), Visitor(app).log_in(owner), Visitor(app).log_in(other_owner)
    phone.client.environ_base["HTTP_USER_AGENT"] = PHONE
    phone.log_in(owner)
    page = phone.get("/settings/me")
    assert "Chrome · Android tämä" in text_of(page)
    refs = re.findall(r'name="device" value="(\w+)"', page.get_data(as_text=True))
    assert len(refs) == 2
    cookies = [one.client.get_cookie("ovikello") for one in (phone, laptop)]
    assert not [ref for ref in refs for cookie in cookies if cookie and ref in cookie.value]
    assert other.post("/settings/me/devices/end", device=refs[1]).location == "/settings/me?told=gone"
    assert is_in(laptop)
    assert phone.post("/settings/me/devices/end", device=refs[1]).location == "/settings/me?told=ended"
    assert (is_in(phone), is_in(laptop), is_in(other)) == (True, False, True)
    assert phone.post("/settings/me/devices/end", device=refs[0]).location == "/login"
    assert (is_in(phone), is_in(other)) == (False, True)


def test_all_other_devices_end_at_once_and_nobody_elses(
    app: Flask, owner: Person, other_owner: Person
) -> None:
    mine, others = Visitor(app).log_in(owner), [Visitor(app).log_in(owner) for _ in range(2)]
    other, half = Visitor(app).log_in(other_owner), half_in(app, owner)
    assert mine.post("/settings/me/devices/end-others").location == "/settings/me?told=others"
    assert [is_in(one) for one in (mine, *others, other)] == [True, False, False, True]
    assert half.get("/login/code").location == "/login"


def test_another_password_needs_the_old_one_and_a_code_and_ends_other_browsers(
    app: Flask, owner: Person
) -> None:
    mine, copy = Visitor(app).log_in(owner), Visitor(app).log_in(owner)
    form = {"old": PASSWORD, "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert mine.post("/settings/me/password", **(form | {"again": "x"})).status_code == 422
    assert mine.post("/settings/me/password", **(form | {"old": "väärä"})).status_code == 403
    assert mine.post("/settings/me/password", **form, code="000000").status_code == 403
    assert Visitor(app).post("/login", email=owner.email, password=NEW_PASSWORD).status_code == 403
    assert is_in(copy)
    done = mine.post("/settings/me/password", **form, code=owner.next_code())
    assert done.location == "/settings/me?told=password"
    assert (is_in(mine), is_in(copy)) == (True, False)
    assert Visitor(app).post("/login", email=owner.email, password=PASSWORD).status_code == 403
    assert Visitor(app).post("/login", email=owner.email, password=NEW_PASSWORD).status_code == 303


def test_a_language_chosen_here_comes_back_here(logged_in: Visitor, owner: Person) -> None:
    assert logged_in.post("/settings/me/language", language="sv").location == "/settings/me"
    assert "Du och dina" in text_of(logged_in.get("/settings/me"))
    assert logged_in.post("/settings/me/language", language="xx").location == "/settings/me"


@pytest.mark.parametrize(
    ("agent", "says"),
    [
        (PHONE, "Chrome · Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (iPad; CPU OS 18_0) CriOS/130.0 Mobile Safari/604.1", "Chrome · iPad"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge · Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox · Linux"),
        ("Mozilla/5.0 (Linux; Android 14) SamsungBrowser/26.0 Chrome/122.0 Mobile", "Samsung Internet · Android"),
        ("curl/8.0", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_browser_is_told_in_a_word_or_two(agent: str, says: str | None) -> None:
    assert browsers.of(agent) == says
