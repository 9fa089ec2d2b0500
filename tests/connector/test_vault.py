"""Sealing binds to its place; blind indexes meet where people write one address in two ways."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector import vault_ids
from connector.vault import CannotOpen, Keys, Vault, new_secret_key, seal, token_hash, unseal

KEYS = Keys.new()


@given(st.binary(max_size=200), st.text(max_size=20))
def test_what_was_sealed_opens_in_its_own_place(plain: bytes, context: str) -> None:
    assert KEYS.unseal(KEYS.seal(plain, context), context) == plain


def test_what_was_sealed_opens_in_no_other_place() -> None:
    with pytest.raises(CannotOpen):
        KEYS.unseal(KEYS.seal(b"a token", "token"), "webhook-secret")


def test_what_was_sealed_opens_with_no_other_salon_s_key() -> None:
    with pytest.raises(CannotOpen):
        Keys.new().unseal(KEYS.seal(b"a token", "token"), "token")


@pytest.mark.parametrize("position", [0, 12, -1])
def test_a_changed_byte_opens_nothing(position: int) -> None:
    sealed = bytearray(seal(KEYS.sealing, b"plain", "x"))
    sealed[position] ^= 1
    with pytest.raises(CannotOpen):
        unseal(KEYS.sealing, bytes(sealed), "x")


@pytest.mark.parametrize("sealed", [b"", b"short", b"x" * 27])
def test_what_was_never_sealed_is_refused_without_another_error(sealed: bytes) -> None:
    with pytest.raises(CannotOpen):
        unseal(KEYS.sealing, sealed, "x")


def test_a_salon_s_keys_come_back_whole_and_only_for_that_salon() -> None:
    vault = Vault("key")
    wrapped = vault.wrap(KEYS, "aava")
    assert vault.unwrap(wrapped, "aava") == KEYS
    with pytest.raises(CannotOpen):
        vault.unwrap(wrapped, "toinen")
    with pytest.raises(CannotOpen):
        Vault("another key").unwrap(wrapped, "aava")


@pytest.mark.parametrize(
    "written", ["Aino.Testi@Example.com", " aino.testi@example.com\n", "AINO.TESTI@EXAMPLE.COM"]
)
def test_one_e_mail_address_has_one_index(written: str) -> None:
    assert KEYS.email_index(written) == KEYS.email_index("aino.testi@example.com")


@pytest.mark.parametrize("written", ["040 123 4567", "+358 40 1234567", "00358401234567", "(040) 123-4567"])
def test_one_phone_number_has_one_index(written: str) -> None:
    assert KEYS.phone_index(written) == KEYS.phone_index("+358401234567")


@pytest.mark.parametrize("written", ["", "ei ole", "12", "\x00"])
def test_what_is_no_phone_number_has_no_index(written: str) -> None:
    assert KEYS.phone_index(written) is None or len(KEYS.phone_index(written) or "") == 64


def test_another_salon_has_another_index_for_the_same_address() -> None:
    assert KEYS.email_index("a@example.com") != Keys.new().email_index("a@example.com")
    assert KEYS.client_key("c-1") != Keys.new().client_key("c-1")


def test_kinds_of_index_never_meet() -> None:
    assert len({KEYS.client_key("1"), KEYS.email_index("1"), Vault("k").owner_index("1")}) == 3


def test_no_key_shows_in_its_text() -> None:
    assert KEYS.index.hex() not in repr(KEYS)
    assert "b'" not in repr(KEYS)


def test_the_check_value_tells_keys_apart() -> None:
    assert Vault("one").check_value == Vault("one").check_value != Vault("two").check_value


def test_secrets_and_tokens_are_long_and_never_the_same() -> None:
    assert len(new_secret_key()) >= 43
    assert new_secret_key() != new_secret_key()
    assert len(token_hash("x")) == 64


@pytest.mark.parametrize("client", ["client-1", "1", "a/b?c=d", "ä" * 256, "x" * 256])
def test_a_link_to_a_client_opens_again_and_shows_nothing_of_its_id(client: str) -> None:
    link = KEYS.link_of(client)
    assert (KEYS.client_behind(link), KEYS.link_of(client)) == (client, link)
    assert re.fullmatch(r"[\w-]{20,1500}", link)
    assert client not in link or len(client) == 1


@pytest.mark.parametrize("change", [lambda it: it[:-1], lambda it: it[1:], lambda it: "A" + it, str.swapcase])
def test_a_link_that_was_changed_opens_nothing(change: Callable[[str], str]) -> None:
    with pytest.raises(CannotOpen):
        KEYS.client_behind(change(KEYS.link_of("c-1")))


@pytest.mark.parametrize("link", ["", "x", "AAAA", "A" * 24, "ä", "a b", "\x00"])
def test_what_is_no_link_opens_nothing(link: str) -> None:
    with pytest.raises(CannotOpen):
        KEYS.client_behind(link)


def test_a_link_that_another_salon_made_opens_nothing() -> None:
    with pytest.raises(CannotOpen):
        KEYS.client_behind(Keys.new().link_of("c-1"))


@pytest.mark.parametrize("generation", [1, 2, 3])
def test_a_link_of_a_booking_system_that_was_left_leads_to_who_that_was_there_and_to_nobody_else(
    generation: int,
) -> None:
    made, now = replace(KEYS, generation=generation), replace(KEYS, generation=4)
    assert now.link_of("17") != made.link_of("17")
    assert now.client_behind(made.link_of("17")) == vault_ids.left_behind("17", generation)
    assert now.client_behind(now.link_of("17")) == "17"
    with pytest.raises(CannotOpen):
        made.client_behind(now.link_of("17"))
    left = vault_ids.left_behind("17", generation)
    assert now.client_behind(now.link_of(left)) == left
