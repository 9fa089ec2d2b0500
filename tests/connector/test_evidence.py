"""The chain: what is appended follows, and whatever is done to it afterwards is found, with the line."""

import contextlib
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from connector import database, evidence
from connector.evidence import Checked, Head
from connector.program import Program
from connector.salons import Account
from tests.builders import NOON
from tests.conftest import webhook_secrets
from tests.connector import chains

LINES = 9


def write_lines(program: Program, account: Account, count: int = LINES) -> None:
    """Append some lines, each in its own transaction."""
    for number in range(count):
        with database.write(program.engine) as db:
            evidence.append(db, account, {"what": "test", "number": number}, now=NOON)


def check(program: Program, account: Account, *anchors: Head) -> Checked:
    """Check a salon's chain."""
    with database.read(program.engine) as db:
        return evidence.check(db, account, anchors=anchors)


def head_of(program: Program, account: Account) -> Head:
    """A salon's head."""
    with database.read(program.engine) as db:
        head = evidence.head(db, account)
    assert head is not None
    return head


def tamper(program: Program, *statements: str) -> None:
    """Change the tables behind the program's back."""
    with database.write(program.engine) as db:
        for statement in statements:
            db.connection().execute(sa.text(statement))


def lines_of(db: Session, account: Account) -> list[tuple[int, bytes]]:
    """A salon's lines."""
    rows = db.connection().execute(
        sa.text("SELECT seq, body FROM evidence WHERE salon = :salon ORDER BY seq"), {"salon": account.slug}
    )
    return [(row.seq, bytes(row.body)) for row in rows]


def test_a_chain_that_nobody_touched_is_whole_and_so_is_an_empty_one(
    program: Program, salon: Account, stranger: Account
) -> None:
    write_lines(program, salon)
    assert check(program, salon) == Checked(LINES, True)
    assert check(program, stranger) == Checked(0, True)


def test_each_salon_has_a_chain_of_its_own(program: Program, salon: Account, stranger: Account) -> None:
    write_lines(program, salon, 3)
    write_lines(program, stranger, 2)
    tamper(program, "UPDATE evidence SET body = body || body WHERE salon = 'aava' AND seq = 2")
    assert check(program, salon) == Checked(3, False, 2, "changed")
    assert check(program, stranger) == Checked(2, True)


def test_what_was_rolled_back_leaves_no_gap(program: Program, salon: Account) -> None:
    write_lines(program, salon, 2)

    def fail() -> None:
        with database.write(program.engine) as db:
            evidence.append(db, salon, {"what": "never"}, now=NOON)
            raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        fail()
    write_lines(program, salon, 1)
    assert check(program, salon) == Checked(3, True)


def test_several_lines_of_one_transaction_follow_each_other(program: Program, salon: Account) -> None:
    with database.write(program.engine) as db:
        numbers = [evidence.append(db, salon, {"what": "test"}, now=NOON) for _ in range(3)]
    assert numbers == [1, 2, 3]
    assert check(program, salon) == Checked(3, True)


def test_lines_that_go_together_are_as_those_that_came_one_by_one(
    program: Program, salon: Account, stranger: Account
) -> None:
    write_lines(program, salon, 2)
    with database.write(program.engine) as db, evidence.together(db, salon):
        numbers = [evidence.append(db, salon, {"what": "test"}, now=NOON) for _ in range(3)]
        assert evidence.append(db, stranger, {"what": "test"}, now=NOON) == 1
        with evidence.together(db, salon):
            numbers.append(evidence.append(db, salon, {"what": "test"}, now=NOON))
    assert numbers == [3, 4, 5, 6]
    assert check(program, salon, head_of(program, salon)) == Checked(6, True)
    assert check(program, stranger) == Checked(1, True)
    write_lines(program, salon, 1)
    assert check(program, salon) == Checked(7, True)


def test_a_head_that_is_not_ours_is_not_signed_over_by_many_lines_either(
    program: Program, salon: Account
) -> None:
    write_lines(program, salon, 2)
    tamper(program, "UPDATE evidence_head SET signature = digest WHERE salon = 'aava'")
    with database.write(program.engine) as db, evidence.together(db, salon):
        for _ in range(3):
            evidence.append(db, salon, {"what": "test"}, now=NOON)
    assert check(program, salon).why == "forged"


def test_nothing_is_kept_of_a_transaction_whose_lines_broke_off_though_somebody_swallows_the_error(
    program: Program, salon: Account
) -> None:
    write_lines(program, salon, 2)

    def swallow() -> None:
        with database.write(program.engine) as db:
            db.connection().execute(sa.text("DELETE FROM webhook_secret"))
            with contextlib.suppress(ConnectionAbortedError), evidence.together(db, salon):
                evidence.append(db, salon, {"what": "never"}, now=NOON)
                raise ConnectionAbortedError
            db.connection().execute(sa.text("DELETE FROM webhook_secret"))

    with pytest.raises(sa.exc.InvalidRequestError):
        swallow()
    assert check(program, salon) == Checked(2, True)
    with database.read(program.engine) as db:
        assert webhook_secrets(db, salon, NOON)


def test_where_a_chain_says_that_it_was_restored_is_found_while_it_is_checked(
    program: Program, salon: Account, stranger: Account
) -> None:
    write_lines(program, salon, 1)
    with database.write(program.engine) as db:
        evidence.append(db, salon, {"what": "restored", "after": 1, "erasures": 0}, now=NOON)
        evidence.append(db, salon, {"what": "test", "said": '"what":"restored"}'}, now=NOON)
    with database.read(program.engine) as db:
        checked, restores = evidence.check_and_find(db, salon)
        assert (checked, restores.seqs) == (Checked(3, True), [2])
        assert evidence.check_and_find(db, stranger)[1].seqs == []


def test_two_lines_that_say_the_same_differ_by_their_salt(program: Program, salon: Account) -> None:
    with database.write(program.engine) as db:
        for _ in range(2):
            evidence.append(db, salon, {"what": "same"}, now=NOON)
        (_, one), (_, other) = lines_of(db, salon)
    assert one != other
    assert json.loads(one) | {"salt": ""} == {"at": NOON.isoformat(), "salt": "", "what": "same"}


SWAP = (
    "UPDATE evidence SET seq = 100 WHERE salon = 'aava' AND seq = 4",
    "UPDATE evidence SET seq = 4 WHERE salon = 'aava' AND seq = 5",
    "UPDATE evidence SET seq = 5 WHERE salon = 'aava' AND seq = 100",
)
INSERT = (
    "UPDATE evidence SET seq = seq + 100 WHERE salon = 'aava' AND seq >= 5",
    "UPDATE evidence SET seq = seq - 99 WHERE salon = 'aava' AND seq >= 105",
    "INSERT INTO evidence (salon, seq, body, digest) SELECT salon, 5, body, digest FROM evidence"
    " WHERE salon = 'aava' AND seq = 2",
)
REMOVE_AND_CLOSE = (
    "DELETE FROM evidence WHERE salon = 'aava' AND seq = 5",
    "UPDATE evidence SET seq = seq + 100 WHERE salon = 'aava' AND seq > 5",
    "UPDATE evidence SET seq = seq - 101 WHERE salon = 'aava' AND seq > 100",
)


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (("UPDATE evidence SET body = body || body WHERE salon = 'aava' AND seq = 5",), (5, "changed")),
        (("UPDATE evidence SET body = body || body WHERE salon = 'aava' AND seq = 1",), (1, "changed")),
        (("UPDATE evidence SET body = body || body WHERE salon = 'aava' AND seq = 9",), (9, "changed")),
        (("UPDATE evidence SET digest = body WHERE salon = 'aava' AND seq = 5",), (5, "does_not_follow")),
        (("DELETE FROM evidence WHERE salon = 'aava' AND seq = 5",), (5, "missing")),
        (("DELETE FROM evidence WHERE salon = 'aava' AND seq = 1",), (1, "missing")),
        (REMOVE_AND_CLOSE, (5, "does_not_follow")),
        (INSERT, (5, "does_not_follow")),
        (SWAP, (4, "does_not_follow")),
        (("DELETE FROM evidence WHERE salon = 'aava' AND seq = 9",), (9, "cut_off")),
        (("DELETE FROM evidence WHERE salon = 'aava' AND seq > 6",), (7, "cut_off")),
        (("DELETE FROM evidence WHERE salon = 'aava'",), (1, "cut_off")),
        (("DELETE FROM evidence_head WHERE salon = 'aava'",), (1, "forged")),
        (("UPDATE evidence_head SET seq = 8 WHERE salon = 'aava'",), (9, "forged")),
        (("UPDATE evidence_head SET signature = digest WHERE salon = 'aava'",), (1, "forged")),
    ],
)
def test_whatever_is_done_to_the_chain_is_found_with_its_line(
    program: Program, salon: Account, statements: tuple[str, ...], expected: tuple[int, str]
) -> None:
    write_lines(program, salon)
    tamper(program, *statements)
    found = check(program, salon)
    assert (found.whole, found.broken_at, found.why) == (False, *expected)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE evidence SET seq = 'x' WHERE salon = 'aava' AND seq = 5", (5, "missing")),
        ("UPDATE evidence SET body = 7 WHERE salon = 'aava' AND seq = 5", (5, "changed")),
        ("UPDATE evidence SET digest = 7 WHERE salon = 'aava' AND seq = 5", (5, "does_not_follow")),
        ("UPDATE evidence SET digest = 7 WHERE salon = 'aava' AND seq = 9", (9, "changed")),
        ("UPDATE evidence_head SET seq = 'x' WHERE salon = 'aava'", (9, "unreadable")),
        ("UPDATE evidence_head SET seq = 9.5 WHERE salon = 'aava'", (9, "unreadable")),
        ("UPDATE evidence_head SET digest = 7, signature = 'x' WHERE salon = 'aava'", (1, "forged")),
    ],
)
def test_what_sqlite_keeps_in_a_column_of_another_kind_is_found_too(
    program: Program, salon: Account, statement: str, expected: tuple[int, str]
) -> None:
    write_lines(program, salon)
    tamper(program, statement)
    found = check(program, salon)
    assert (found.whole, found.broken_at, found.why) == (False, *expected)


def rewrite_from(program: Program, account: Account, first: int) -> None:
    """Change one line and make every later one follow again, as somebody could who has the database alone."""
    with database.write(program.engine) as db:
        previous = evidence.FIRST
        for seq, kept in lines_of(db, account):
            body = kept.replace(b"test", b"lies") if seq == first else kept
            previous = evidence.line_digest(seq, previous, body)
            db.connection().execute(
                sa.text(
                    "UPDATE evidence SET body = :body, digest = :digest WHERE salon = :salon AND seq = :seq"
                ),
                {"body": body, "digest": previous, "salon": account.slug, "seq": seq},
            )
        db.connection().execute(
            sa.text("UPDATE evidence_head SET digest = :digest WHERE salon = :salon"),
            {"digest": previous, "salon": account.slug},
        )


def test_a_chain_that_was_rewritten_whole_does_not_bear_the_salons_signature(
    program: Program, salon: Account
) -> None:
    write_lines(program, salon)
    rewrite_from(program, salon, 6)
    assert check(program, salon) == Checked(LINES, False, 1, "forged")


def test_what_is_written_afterwards_does_not_make_a_rewritten_chain_look_signed(
    program: Program, salon: Account, stranger: Account
) -> None:
    write_lines(program, salon)
    write_lines(program, stranger)
    rewrite_from(program, salon, 6)
    write_lines(program, salon, 2)
    write_lines(program, stranger, 2)
    assert check(program, salon) == Checked(LINES + 2, False, 1, "forged")
    assert check(program, stranger) == Checked(LINES + 2, True)


def test_an_anchor_says_from_which_line_on_it_was_rewritten(program: Program, salon: Account) -> None:
    write_lines(program, salon, 4)
    before = head_of(program, salon)
    write_lines(program, salon, 3)
    after = head_of(program, salon)
    rewrite_from(program, salon, 6)
    assert check(program, salon, before, after) == Checked(7, False, 5, "forged")


def test_a_chain_that_was_put_back_to_an_older_signed_head_is_behind_its_anchor(
    program: Program, salon: Account, stranger: Account
) -> None:
    write_lines(program, salon, 4)
    old = head_of(program, salon)
    with database.read(program.engine) as db:
        signature = (
            db.connection()
            .execute(sa.text("SELECT signature FROM evidence_head WHERE salon = 'aava'"))
            .scalar_one()
        )
    write_lines(program, salon, 2)
    anchor = head_of(program, salon)
    with database.write(program.engine) as db:
        db.connection().execute(sa.text("DELETE FROM evidence WHERE salon = 'aava' AND seq > 4"))
        db.connection().execute(
            sa.text(
                "UPDATE evidence_head SET seq = 4, digest = :digest, signature = :signature WHERE salon = 'aava'"
            ),
            {"digest": old.digest, "signature": bytes(signature)},
        )
    assert check(program, salon) == Checked(4, True)  # nothing inside the database can tell
    assert check(program, salon, anchor) == Checked(4, False, 5, "cut_off")
    assert check(program, stranger, anchor) == Checked(0, True)


def test_the_head_of_a_salon_is_not_good_for_another(
    program: Program, salon: Account, stranger: Account
) -> None:
    write_lines(program, salon, 1)
    tamper(
        program,
        "INSERT INTO evidence (salon, seq, body, digest) SELECT 'toinen', seq, body, digest FROM evidence",
        "INSERT INTO evidence_head (salon, seq, digest, signature, at)"
        " SELECT 'toinen', seq, digest, signature, at FROM evidence_head",
    )
    assert check(program, stranger) == Checked(1, False, 1, "forged")


@pytest.mark.parametrize("value", [{"b": 1, "a": "ä"}, [], {"n": None}])
def test_canonical_json_is_one_line_with_sorted_keys(value: object) -> None:
    text = evidence.canonical(value).decode()
    assert json.loads(text) == value
    assert " " not in text


def test_many_writers_at_once_make_one_chain(program: Program, salon: Account) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: write_lines(program, salon, 5), range(6)))
    assert check(program, salon) == Checked(30, True)


def test_a_check_finds_the_chain_whole_while_others_write_and_prune(
    program: Program, salon: Account, stranger: Account
) -> None:
    with ThreadPoolExecutor(3) as pool:
        writing = [pool.submit(write_lines, program, account, 40) for account in (salon, stranger)]
        pruning = pool.submit(lambda: [chains.prune(program, salon, "P0D", batch=5) for _ in range(8)])
        found = []
        while not (pruning.done() and all(one.done() for one in writing)):
            with database.snapshot(program.engine) as db:
                found.append(evidence.check(db, salon))
    assert [one for one in [*found, check(program, salon)] if not one.whole] == []
    assert pruning.result() == [[]] * 8
    assert check(program, stranger) == Checked(40, True)
