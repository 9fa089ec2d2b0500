"""One map of what is held of a client serves the export and the erasure: neither knows what the other doesn't."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from connector import categories, database, dispatch_calls, exports_own, mirror, mirror_graves, mirror_unnamed
from connector.categories import CATEGORIES, NOT_OF_A_CLIENT, OWN, Erasure
from connector.exports_own_rows import Reading
from connector.jobs_content import Content
from connector.program import Program
from connector.salons import Account
from connector.texts_words import WORDS
from policies.decisions import JobKind, Outcome, Verdict
from policies.vocabulary import Category
from tests.builders import NOON
from tests.connector.every_table import SALONS, value

#: a table with one of these is about clients; with bytes in it, nobody can see what it is about
_TELLING = {"client", "client_key", "into", "index", "job"}
TABLES = SQLModel.metadata.tables


def about_clients() -> set[str]:
    """Tables that say by their columns that they may be about a client."""
    return {
        name
        for name, table in TABLES.items()
        if _TELLING & set(table.columns.keys())
        or any(isinstance(column.type, sa.LargeBinary) for column in table.columns)
    }


def test_a_table_that_may_be_about_clients_is_in_the_map_or_is_said_not_to_be() -> None:
    unknown = about_clients() - set(OWN) - set(NOT_OF_A_CLIENT)
    assert unknown == set(), (
        "put it into connector/categories.py, with a reader in exports_own_told.py or exports_own_done.py"
    )
    assert not set(OWN) & set(NOT_OF_A_CLIENT)
    assert set(OWN) | set(NOT_OF_A_CLIENT) <= set(TABLES)


def test_a_new_table_would_be_noticed() -> None:
    planted = sa.Table(
        "planted", sa.MetaData(), sa.Column("salon", sa.String), sa.Column("client", sa.String)
    )
    assert _TELLING & set(planted.columns.keys())


def test_every_table_of_the_map_is_read_by_the_export_and_no_other_is() -> None:
    assert set(exports_own.READERS) == set(OWN)


def test_every_category_of_the_contract_is_in_the_map_with_a_title_and_tables_of_the_map() -> None:
    assert set(CATEGORIES) == set(Category)
    assert all((Category, category.value) in WORDS for category in CATEGORIES)
    assert {table for tables in CATEGORIES.values() for table in tables} <= set(OWN)
    assert all(tables for tables in CATEGORIES.values())


def test_every_category_that_is_handed_over_can_be_erased_by_itself(salon: Account) -> None:
    verdicts = tuple(Verdict(category, Outcome.ERASE, "period_over") for category in CATEGORIES)
    content = Content(
        kind=JobKind.ERASE_CATEGORIES,
        client_key="k",
        policy_digest="p",
        because=(),
        verdicts=verdicts,
        keep=frozenset(),
        off=frozenset(),
        by_no=False,
    )
    calls = dispatch_calls.of(salon, frozenset({"erase_category"}), content, "c-1")
    assert calls is not None
    assert {call.path.rpartition("/")[2] for one in calls for call in one.calls} == {
        one.value for one in CATEGORIES
    }


def fill(program: Program, salon: Account) -> None:
    """A row in every table that says by its columns whose it is."""
    with database.write(program.engine) as db:
        for name in (*categories.erased(Erasure.AT_ONCE), *categories.erased(Erasure.LATE)):
            row: dict[str, Any] = {
                column.name: value(column, 0)
                for column in TABLES[name].columns
                if not column.foreign_keys and not column.nullable
            }
            told: dict[str, Any] = {"salon": salon.slug, "client": "c-1"}
            told |= {"registers": "{}", "maxima": "{}", "facts": "{}"}
            told |= {
                "at": NOON,
                "categories": "[]",
                "answer": "given",
                "purpose": "newsletter",
                "kind": "booking",
            }
            row |= {column: text for column, text in told.items() if column in TABLES[name].columns}
            if name == "hold":
                row["opened_by"] = _owner(db)
            db.connection().execute(sa.insert(TABLES[name]), row)


def _owner(db: Any) -> Any:
    row = {
        column.name: value(column, 0)
        for column in TABLES["owner"].columns
        if not column.nullable and not column.foreign_keys
    }
    db.connection().execute(sa.insert(TABLES["owner"]), row)
    return row["id"]


def held(program: Program, salon: Account) -> set[str]:
    """The tables in which something of the client stands."""
    with database.read(program.engine) as db:
        return set(exports_own.of(Reading(db, salon, ("c-1",))))


def test_an_erasure_leaves_of_what_the_export_shows_only_what_the_map_says(
    program: Program, salon: Account
) -> None:
    fill(program, salon)
    at_once, late = set(categories.erased(Erasure.AT_ONCE)), set(categories.erased(Erasure.LATE))
    assert held(program, salon) == at_once | late
    with database.write(program.engine) as db:
        mirror.bury(db, salon, "c-1", at=NOON, by="ovikello")
    assert held(program, salon) == late | {"tombstone"}
    with database.write(program.engine) as db:
        mirror.settle_tombstones(db, salon, NOON + mirror_graves.LATE)
    assert held(program, salon) == {"tombstone"}


def test_the_removal_of_what_identifies_leaves_only_what_the_map_says(
    program: Program, salon: Account
) -> None:
    fill(program, salon)
    before = held(program, salon)
    with database.write(program.engine) as db:
        mirror.remove_identifiers(db, salon, "c-1", at=NOON)
    at_once = {one.table for one in categories.unnamed(Erasure.AT_ONCE)}
    assert held(program, salon) == (before - at_once) | {"unnamed"}
    with database.write(program.engine) as db:
        mirror_unnamed.settle(db, salon, NOON + 2 * mirror_graves.LATE)
    late = {one.table for one in categories.unnamed(Erasure.LATE)}
    assert held(program, salon) == (before - at_once - late) | {"unnamed"}


def test_the_map_says_what_becomes_of_each_table() -> None:
    assert {one.erasure for one in OWN.values()} == set(Erasure)
    assert SALONS  # every_table fills these tables too: a salon that leaves takes all of them along
