"""Recovery codes: ten, each good once, counted with wrong codes, kept as keyed hashes; another app; seconds to go."""

from datetime import timedelta
from uuid import UUID

import pyotp
import pytest
import sqlalchemy as sa
from sqlmodel import select

from connector import database, owners, owners_codes, owners_recovery
from connector.owners_codes import CodeResult
from connector.owners_passwords import FREE_FAILURES
from connector.program import Program
from connector.salons import Account
from connector.tables import RecoveryCode
from connector.vault import Vault
from tests.builders import NOON, Clock
from tests.connector.console.visitor import Person, person

WRONG = "00000-00000"


def make(program: Program, who: Person) -> tuple[str, ...]:
    """Ten codes."""
    with database.write(program.engine) as db:
        return owners_recovery.make(db, program.vault, who.id)


def use(program: Program, owner: UUID, code: str, seconds: float = 0) -> CodeResult:
    """Use a code so many seconds after noon."""
    with database.write(program.engine) as db:
        return owners_recovery.use(db, program.vault, owner, code, NOON + timedelta(seconds=seconds))


def left(program: Program, owner: UUID) -> int:
    """How many are good."""
    with database.read(program.engine) as db:
        return owners_recovery.left(db, owner)


def test_there_are_ten_different_codes_and_each_is_good_once(program: Program, owner: Person) -> None:
    codes = make(program, owner)
    assert len(set(codes)) == left(program, owner.id) == 10
    assert [use(program, owner.id, code).ok for code in codes] == [True] * 10
    assert left(program, owner.id) == 0
    assert use(program, owner.id, codes[3]) == CodeResult(False, "wrong")


def test_a_code_is_taken_however_it_was_copied(program: Program, owner: Person) -> None:
    one, two, three, *_ = make(program, owner)
    assert use(program, owner.id, f"  {one.lower()} ").ok
    assert use(program, owner.id, two.replace("-", "").replace("0", "o").replace("1", "l")).ok
    assert use(program, owner.id, " ".join(three)).ok


@pytest.mark.parametrize(
    "code", ["", "12345", "0" * 11, "ÄÄÄÄÄ-ÄÄÄÄÄ", "UUUUU-UUUUU", "\0" * 10, "٣" * 10, "x" * 9999]
)
def test_what_can_be_no_code_is_not_counted(program: Program, owner: Person, code: str) -> None:
    make(program, owner)
    for _ in range(FREE_FAILURES + 1):
        assert use(program, owner.id, code) == CodeResult(False, "not_ten_letters")


def test_new_codes_end_the_old_ones(program: Program, owner: Person) -> None:
    old, new = make(program, owner), make(program, owner)
    assert use(program, owner.id, old[0]).reason == "wrong"
    assert use(program, owner.id, new[0]).ok


def test_one_owners_code_is_nobody_elses(
    program: Program, clock: Clock, owner: Person, stranger: Account
) -> None:
    other = person(program, clock, "omistaja@toinen.example", stranger.slug)
    mine, theirs = make(program, owner), make(program, other)
    assert use(program, other.id, mine[0]).reason == "wrong"
    assert (left(program, owner.id), left(program, other.id)) == (10, 10)
    assert use(program, other.id, theirs[0]).ok
    assert use(program, UUID(int=7), mine[0]) == CodeResult(False, "not_set_up")


def test_wrong_recovery_codes_and_wrong_codes_lock_together(program: Program, owner: Person) -> None:
    good = make(program, owner)
    for _ in range(FREE_FAILURES):
        assert use(program, owner.id, WRONG).reason == "wrong"
    assert use(program, owner.id, good[0], 29.9).reason == "locked"
    with database.write(program.engine) as db:
        assert owners.confirm_code(db, program.vault, owner.id, owner.code(), NOON).reason == "locked"
    assert use(program, owner.id, good[0], 30).ok
    assert use(program, owner.id, WRONG, 30).reason == "wrong"  # and the count began anew


def test_neither_codes_nor_a_bare_hash_of_them_is_kept(program: Program, owner: Person) -> None:
    codes = make(program, owner)
    with database.read(program.engine) as db:
        kept = " ".join(db.exec(select(RecoveryCode.code_hash)).all())
        row = repr(db.connection().execute(sa.text("SELECT * FROM owner")).all())
    for code in codes:
        plain = code.replace("-", "")
        assert code not in kept + row
        assert plain not in kept + row
    assert len(kept.split()) == 10


def test_another_secret_key_opens_them_after_the_change_and_the_old_one_no_more(
    program: Program, owner: Person
) -> None:
    codes, new = make(program, owner), Vault("another-key-of-no-installation-at-all")
    with database.write(program.engine) as db:
        owners_codes.offer_next(db, program.vault, owner.id)
        owners.seal_anew(db, program.vault, new)
        assert owners_recovery.use(db, new, owner.id, codes[0], NOON).ok
        assert owners_codes.next_secret(db, new, owner.id) is not None


def test_another_app_takes_over_by_its_first_code_and_not_before(program: Program, owner: Person) -> None:
    with database.write(program.engine) as db:
        assert owners_codes.next_secret(db, program.vault, owner.id) is None
        owners_codes.offer_next(db, program.vault, owner.id)
        secret = owners_codes.next_secret(db, program.vault, owner.id)
        assert secret is not None
        new = pyotp.TOTP(secret)
        assert owners.confirm_code(db, program.vault, owner.id, owner.code(), NOON).ok
        assert owners_codes.switch_to_next(db, program.vault, owner.id, owner.code(), NOON).reason == "wrong"
        assert owners_codes.switch_to_next(db, program.vault, owner.id, new.at(NOON), NOON).ok
        assert owners_codes.next_secret(db, program.vault, owner.id) is None
        again = owners_codes.switch_to_next(db, program.vault, owner.id, new.at(NOON), NOON)
        assert again.reason == "not_set_up"
        later = NOON + timedelta(seconds=30)
        old = owners.confirm_code(db, program.vault, owner.id, owner.code(steps=1), later)
        assert old.reason == "wrong"
        assert owners.confirm_code(db, program.vault, owner.id, new.at(NOON), NOON).reason == "used"
        assert owners.confirm_code(db, program.vault, owner.id, new.at(later), later).ok


@pytest.mark.parametrize(("into", "to_go"), [(0, 30), (12, 18), (29, 1)])
def test_a_code_that_does_not_hold_says_when_the_next_one_comes(
    program: Program, owner: Person, into: int, to_go: int
) -> None:
    now = NOON + timedelta(seconds=into)  # noon begins a step
    with database.write(program.engine) as db:
        assert owners_codes.free_at(db, owner.id, now) is None
        wrong = owners.confirm_code(db, program.vault, owner.id, "000000", now)
        assert wrong.again_at == now + timedelta(seconds=to_go)
        assert owners.confirm_code(db, program.vault, owner.id, owner.code(), now).ok
        used = owners.confirm_code(db, program.vault, owner.id, owner.code(), now)
        assert used == CodeResult(False, "used")
        assert used.again_at == owners_codes.free_at(db, owner.id, now) == now + timedelta(seconds=to_go)


def test_a_phone_that_is_ahead_waits_for_the_code_after_the_one_it_used(
    program: Program, owner: Person
) -> None:
    with database.write(program.engine) as db:
        assert owners.confirm_code(db, program.vault, owner.id, owner.code(steps=1), NOON).ok
        assert owners_codes.free_at(db, owner.id, NOON) == NOON + timedelta(seconds=60)
        assert owners_codes.free_at(db, owner.id, NOON + timedelta(seconds=60)) is None
