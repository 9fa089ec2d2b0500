"""Owners: invitations, passwords that lock, codes that are good once."""

from datetime import timedelta
from uuid import UUID

import pyotp
import pytest
import sqlalchemy as sa

from connector import database, owners, owners_codes, owners_passwords, sessions
from connector.owners import CodeResult
from connector.owners_passwords import FREE_FAILURES, Attempt
from connector.program import Program
from connector.salons import Account
from connector.tables import Owner
from tests.builders import NOON
from tests.connector.console.visitor import CHEAP

EMAIL = "omistaja@aava.example"


@pytest.fixture
def owner(program: Program, salon: Account) -> UUID:
    """An owner with a password and a code."""
    with database.write(program.engine) as db:
        owners.add(db, program.vault, EMAIL, salon.slug, now=NOON)
        found = owners.speaks_for(db, program.vault, EMAIL, salon.slug)
        assert found is not None
        owners.accept(db, program.vault, found, owners_passwords.hash_of("kolme sanaa peräkkäin", CHEAP))
        owners_codes.new_secret(db, program.vault, found, is_active=True)
    return found


def code_at(program: Program, owner: UUID, steps: float = 0) -> str:
    """What the owner's app shows so many steps from noon."""
    return app_of(program, owner).at(NOON + timedelta(seconds=30 * steps))


def app_of(program: Program, owner: UUID) -> pyotp.TOTP:
    """The owner's app."""
    with database.read(program.engine) as db:
        row = db.get(Owner, owner)
        assert row is not None
        assert row.totp_secret is not None
        return pyotp.TOTP(program.vault.unseal(row.totp_secret, f"totp:{owner}").decode())


def confirm(program: Program, owner: UUID, code: str, seconds: float = 0) -> CodeResult:
    """Check a code so many seconds after noon."""
    with database.write(program.engine) as db:
        return owners.confirm_code(db, program.vault, owner, code, NOON + timedelta(seconds=seconds))


def wrong_code(program: Program, owner: UUID) -> str:
    """Six digits that are right at no time near noon."""
    app = app_of(program, owner)
    near = {app.at(NOON + timedelta(seconds=30 * steps)) for steps in range(-3, 200)}
    return next(code for number in range(1000) if (code := f"{number:06}") not in near)


def attempt(program: Program, email: str = EMAIL, *, after: timedelta = timedelta()) -> Attempt:
    """Take an attempt to log in."""
    with database.write(program.engine) as db:
        return owners_passwords.take_attempt(db, program.vault, email, now=NOON + after)


@pytest.mark.parametrize(("steps", "holds"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_may_be_one_step_off_and_no_more(
    program: Program, owner: UUID, steps: int, holds: bool
) -> None:
    assert confirm(program, owner, code_at(program, owner, steps)).ok is holds


def test_a_code_is_good_once(program: Program, owner: UUID) -> None:
    code = code_at(program, owner)
    assert confirm(program, owner, code) == CodeResult(True)
    assert confirm(program, owner, code) == CodeResult(False, "used")


def test_an_older_code_than_the_last_used_is_used_up_with_it(program: Program, owner: UUID) -> None:
    assert confirm(program, owner, code_at(program, owner, 1)).ok
    assert confirm(program, owner, code_at(program, owner)) == CodeResult(False, "used")


def test_a_code_whose_transaction_fails_is_not_used_up(program: Program, owner: UUID) -> None:
    code = code_at(program, owner)
    with database.write(program.engine) as db:
        assert owners.confirm_code(db, program.vault, owner, code, NOON).ok
        db.rollback()
    assert confirm(program, owner, code).ok


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "\x00" * 6, "9" * 5000])
def test_what_is_not_six_digits_is_no_guess(program: Program, owner: UUID, code: str) -> None:
    for _ in range(FREE_FAILURES + 1):
        assert confirm(program, owner, code) == CodeResult(False, "not_six_digits")
    assert confirm(program, owner, code_at(program, owner)).ok


def test_spaces_in_a_code_are_forgiven(program: Program, owner: UUID) -> None:
    code = code_at(program, owner)
    assert confirm(program, owner, f" {code[:3]} {code[3:]} ").ok


def test_four_wrong_codes_are_free(program: Program, owner: UUID) -> None:
    for _ in range(FREE_FAILURES - 1):
        assert confirm(program, owner, wrong_code(program, owner)) == CodeResult(False, "wrong")
    assert confirm(program, owner, code_at(program, owner)).ok


def test_five_wrong_codes_lock_and_the_lock_ends(program: Program, owner: UUID) -> None:
    for _ in range(FREE_FAILURES):
        confirm(program, owner, wrong_code(program, owner))
    assert confirm(program, owner, code_at(program, owner), 29.9) == CodeResult(False, "locked")
    assert confirm(program, owner, code_at(program, owner, 1), 30).ok


def test_each_wrong_code_after_a_lock_doubles_it(program: Program, owner: UUID) -> None:
    wrong = wrong_code(program, owner)
    for _ in range(FREE_FAILURES):
        confirm(program, owner, wrong)
    assert confirm(program, owner, wrong, 30) == CodeResult(False, "wrong")
    assert confirm(program, owner, code_at(program, owner, 3), 89.9) == CodeResult(False, "locked")
    assert confirm(program, owner, code_at(program, owner, 3), 90).ok


def test_the_lock_survives_a_restart(program: Program, owner: UUID) -> None:
    for _ in range(FREE_FAILURES):
        confirm(program, owner, wrong_code(program, owner))
    again = database.make_engine(program.settings.database_url)
    with database.write(again) as db:
        result = owners.confirm_code(db, program.vault, owner, code_at(program, owner), NOON)
    again.dispose()
    assert result == CodeResult(False, "locked")


def test_wrong_passwords_do_not_lock_the_code(program: Program, owner: UUID) -> None:
    for _ in range(FREE_FAILURES + 3):
        attempt(program)
    assert confirm(program, owner, code_at(program, owner)).ok


def test_a_right_password_does_not_forgive_wrong_codes(program: Program, owner: UUID) -> None:
    for _ in range(FREE_FAILURES):
        confirm(program, owner, wrong_code(program, owner))
        with database.write(program.engine) as db:
            owners_passwords.attempt_held(db, owner)
    assert confirm(program, owner, code_at(program, owner)).reason == "locked"


def test_a_stranger_has_no_code_here(program: Program, owner: UUID) -> None:
    assert confirm(program, UUID(int=7), code_at(program, owner)) == CodeResult(False, "not_set_up")


def test_the_right_password_holds_and_another_does_not(program: Program, owner: UUID) -> None:
    taken = attempt(program)
    assert taken.owner == owner
    assert owners_passwords.holds(taken, "kolme sanaa peräkkäin")
    assert not owners_passwords.holds(taken, "kolme sanaa peräkkäi")
    assert not owners_passwords.holds(taken, "x" * 1_000_000)


def test_an_address_is_found_however_it_is_written(program: Program, owner: UUID) -> None:
    assert attempt(program, "  OMISTAJA@Aava.Example ").owner == owner


def test_an_unknown_address_costs_as_much_and_never_holds(program: Program, owner: UUID) -> None:
    nobody = attempt(program, "tuntematon@aava.example")
    assert nobody.owner is None
    assert nobody.password_hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert not owners_passwords.holds(nobody, "kolme sanaa peräkkäin")


def test_attempts_are_counted_before_the_password_is_looked_at(program: Program, owner: UUID) -> None:
    taken = [attempt(program).owner for _ in range(FREE_FAILURES + 1)]
    assert taken == [owner] * FREE_FAILURES + [None]


def test_a_password_lock_ends_by_itself_and_with_a_right_one(program: Program, owner: UUID) -> None:
    for _ in range(FREE_FAILURES):
        attempt(program)
    assert attempt(program, after=timedelta(seconds=29)).owner is None
    assert attempt(program, after=timedelta(seconds=30)).owner == owner
    with database.write(program.engine) as db:
        owners_passwords.attempt_held(db, owner)
    assert attempt(program, after=timedelta(seconds=30)).owner == owner


@pytest.mark.parametrize(("failures", "seconds"), [(5, 30), (6, 60), (9, 480), (10, 900), (10_000, 900)])
def test_locks_double_up_to_a_quarter_of_an_hour(failures: int, seconds: int) -> None:
    until = owners_passwords.lock_after(failures, NOON, longest=owners_passwords.LONGEST_LOCK)
    assert until == NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("password", "good"),
    [("x" * 11, False), ("x" * 12, True), ("x" * 256, True), ("x" * 257, False), (EMAIL.upper(), False)],
)
def test_a_password_is_long_enough_and_not_the_address(password: str, good: bool) -> None:
    assert owners_passwords.is_good(password, EMAIL) is good


def test_neither_address_nor_secret_stands_in_clear(program: Program, owner: UUID) -> None:
    with database.write(program.engine) as db:
        secret = owners_codes.new_secret(db, program.vault, owner)
        row = db.connection().execute(sa.select(sa.text("*")).select_from(sa.text("owner"))).one()
    kept = repr(tuple(row))
    assert "aava.example" not in kept
    assert secret not in kept


def test_an_invitation_opens_until_it_ends(program: Program, salon: Account) -> None:
    with database.write(program.engine) as db:
        token = owners.add(db, program.vault, EMAIL, salon.slug, now=NOON)
        end = NOON + owners.INVITED_FOR
        found = owners.speaks_for(db, program.vault, EMAIL, salon.slug)
        assert owners.invited(db, token, now=end - timedelta(seconds=1)) == found
        assert owners.invited(db, token, now=end) is None
        assert owners.invited(db, "x" + token, now=NOON) is None


def test_an_invitation_is_used_up_by_the_first_code_and_not_before(program: Program, salon: Account) -> None:
    with database.write(program.engine) as db:
        token = owners.add(db, program.vault, EMAIL, salon.slug, now=NOON)
        owner = owners.invited(db, token, now=NOON)
        assert owner is not None
        owners.accept(db, program.vault, owner, "hash")
        secret = owners_codes.waiting_secret(db, program.vault, owner)
        assert secret is not None
        wrong = str((int(pyotp.TOTP(secret).at(NOON)) + 1) % 10**6).zfill(6)
        assert not owners.finish(db, program.vault, token, owner, wrong, now=NOON).ok
        assert owners.invited(db, token, now=NOON) == owner
        right = pyotp.TOTP(secret).at(NOON)
        assert owners.finish(db, program.vault, token, owner, right, now=NOON).ok
        assert owners.invited(db, token, now=NOON) is None
        assert owners_codes.waiting_secret(db, program.vault, owner) is None


def test_a_secret_that_waits_confirms_nothing(program: Program, salon: Account) -> None:
    with database.write(program.engine) as db:
        token = owners.add(db, program.vault, EMAIL, salon.slug, now=NOON)
        owner = owners.invited(db, token, now=NOON)
        assert owner is not None
        secret = owners_codes.new_secret(db, program.vault, owner)
        code = pyotp.TOTP(secret).at(NOON)
        assert owners.confirm_code(db, program.vault, owner, code, NOON).reason == "not_set_up"
        assert owners.finish(db, program.vault, token, UUID(int=7), code, now=NOON).reason == "not_set_up"
    assert attempt(program).owner is None


def test_who_is_set_up_keeps_their_secrets_when_another_salon_is_added(
    program: Program, owner: UUID, stranger: Account
) -> None:
    with database.write(program.engine) as db:
        token = owners.add(db, program.vault, EMAIL, stranger.slug, now=NOON)
        assert owners.invited(db, token, now=NOON) is None
        assert owners.salons_of(db, owner) == ["aava", "toinen"]
    assert attempt(program).owner == owner
    assert confirm(program, owner, code_at(program, owner)).ok


def test_secrets_for_a_terminal_work_at_once_and_close_the_invitation(
    program: Program, salon: Account
) -> None:
    with database.write(program.engine) as db:
        token = owners.add(db, program.vault, EMAIL, salon.slug, now=NOON)
        given = owners.give_secrets(db, program.vault, EMAIL, now=NOON)
        assert given is not None
        assert owners.invited(db, token, now=NOON) is None
        assert owners.give_secrets(db, program.vault, "muu@aava.example", now=NOON) is None
    taken = attempt(program)
    assert owners_passwords.holds(taken, given.password)
    assert taken.owner is not None
    totp = pyotp.parse_uri(given.totp_uri)
    assert isinstance(totp, pyotp.TOTP)
    assert confirm(program, taken.owner, totp.at(NOON)).ok
    assert given.password not in repr(given)
    assert totp.secret not in repr(given)


def test_a_reset_ends_password_code_sessions_and_older_invitations(program: Program, owner: UUID) -> None:
    with database.write(program.engine) as db:
        old = owners.reset(db, program.vault, EMAIL, now=NOON)
        session = sessions.start(db, owner, now=NOON)
        new = owners.reset(db, program.vault, EMAIL, now=NOON)
        assert old is not None
        assert new is not None
        assert owners.invited(db, old, now=NOON) is None
        assert owners.invited(db, new, now=NOON) == owner
        assert sessions.find(db, session, now=NOON) is None
        assert owners.reset(db, program.vault, "muu@aava.example", now=NOON) is None
    assert attempt(program).owner is None
    assert confirm(program, owner, code_at(program, owner)).reason == "not_set_up"


def test_an_owner_speaks_for_their_own_salon_only(program: Program, owner: UUID, stranger: Account) -> None:
    with database.read(program.engine) as db:
        assert owners.speaks_for(db, program.vault, EMAIL, "aava") == owner
        assert owners.speaks_for(db, program.vault, EMAIL, stranger.slug) is None
        assert owners.speaks_for(db, program.vault, "muu@aava.example", "aava") is None
        assert owners.email_of(db, program.vault, owner) == EMAIL


def test_an_owner_reads_finnish_until_they_choose(program: Program, owner: UUID) -> None:
    with database.write(program.engine) as db:
        assert owners.language_of(db, owner) == "fi"
        owners.set_language(db, owner, "sv")
        assert owners.language_of(db, owner) == "sv"
        with pytest.raises(ValueError, match="no such language"):
            owners.set_language(db, owner, "xx")
