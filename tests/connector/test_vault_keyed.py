"""Keyed hashes and telephone numbers are quick, and the very ones that are made with more care."""

import hmac

import phonenumbers
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat

from connector.vault import Keys
from connector.vault_phones import e164


@given(st.from_regex(r"(\+358|00358|0)[- 0]?(4[0-9]|50)[- ]?[0-9 -]{5,10}", fullmatch=True))
def test_a_number_read_at_a_glance_is_the_one_that_is_read_with_care(written: str) -> None:
    try:
        with_care = phonenumbers.format_number(phonenumbers.parse(written, "FI"), PhoneNumberFormat.E164)
    except phonenumbers.NumberParseException:
        with_care = None
    assert e164(written) == with_care


@given(st.binary(min_size=32, max_size=32), st.text(max_size=200))
def test_keyed_hashes_are_hmac_sha256(key: bytes, text: str) -> None:
    keys = Keys(key, key, key)
    assert [keys.keyed(text), keys.keyed(text)] == [hmac.digest(key, text.encode(), "sha256").hex()] * 2
