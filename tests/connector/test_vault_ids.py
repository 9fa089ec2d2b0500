"""Ids of a system that was left mean nobody of the next, and are hashed as they always were."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector import vault_ids
from connector.vault import Keys

IDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)
KEYS = Keys.new()


@given(client=IDS, generation=st.integers(1, 30))
def test_leaving_a_system_changes_no_hash(client: str, generation: int) -> None:
    told, later = replace(KEYS, generation=generation), replace(KEYS, generation=generation + 1)
    left = vault_ids.left_behind(client, generation)
    assert told.client_key(client) == told.client_key(left) == later.client_key(left)


@given(client=IDS, other=IDS, generation=st.integers(1, 30), more=st.integers(1, 5))
def test_an_id_of_one_system_is_never_that_of_another(
    client: str, other: str, generation: int, more: int
) -> None:
    before, after = replace(KEYS, generation=generation), replace(KEYS, generation=generation + more)
    assert before.client_key(client) != after.client_key(other)
    assert vault_ids.left_behind(client, generation) != other


@given(client=IDS)
def test_an_id_of_the_first_system_is_hashed_as_before_there_were_any(client: str) -> None:
    assert KEYS.client_key(client) == KEYS.keyed(f"client:{client}")


@given(client=IDS, generation=st.integers(1, 30))
def test_what_was_left_is_known_and_shown_as_it_was(client: str, generation: int) -> None:
    left = vault_ids.left_behind(client, generation)
    assert vault_ids.is_left_behind(left)
    assert not vault_ids.is_left_behind(client)
    assert vault_ids.as_told(left) == vault_ids.as_told(client) == client
    assert vault_ids.left_behind(left, generation + 1) == left


@pytest.mark.parametrize("client", ["1:17", "17", ":", "1", "\x7f"])
def test_signs_of_the_mark_in_an_id_do_no_harm(client: str) -> None:
    assert vault_ids.as_told(vault_ids.left_behind(client, 12)) == client
