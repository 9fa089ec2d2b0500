"""Registers are kept as canonical JSON: equal ones are equal bytes, and mirrors that are there stay readable."""

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from connector import mirror_registers as registers
from connector.mirror_registers import Stamp
from webhooks.vocabulary import Category

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(0, 2**53),
    texts,
    st.lists(st.sampled_from(Category), unique=True).map(sorted),
    st.dictionaries(st.sampled_from([category.value for category in Category]), st.just("2026-07-01")),
)
kept = st.dictionaries(texts, st.tuples(values, st.integers(0, 2**53), texts, texts).map(list))


@given(kept)
def test_registers_are_written_in_one_way_and_read_as_they_were(some: registers.Registers) -> None:
    written = registers.dump(some)
    assert written == json.dumps(some, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert registers.load(written) == some
    assert registers.dump(dict(reversed(some.items()))) == written


def test_the_higher_stamp_stays_whichever_comes_first() -> None:
    moment = registers.moment(datetime(2026, 7, 1, tzinfo=UTC))
    lower, higher = Stamp(0, moment, "a"), Stamp(0, moment, "b")
    one: registers.Registers = {}
    other: registers.Registers = {}
    assert (registers.put(one, "x", 1, lower), registers.put(one, "x", 2, higher)) == (True, True)
    assert (registers.put(other, "x", 2, higher), registers.put(other, "x", 1, lower)) == (True, False)
    assert one == other == {"x": [2, *higher]}
