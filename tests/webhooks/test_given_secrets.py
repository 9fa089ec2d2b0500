"""Secrets that a booking system hands out: kept only where they could have been one of its scheme."""

import base64

import pytest

from webhooks import given_secrets
from webhooks.dialects.easyappointments import EASYAPPOINTMENTS
from webhooks.dialects.standard import STANDARD
from webhooks.given_secrets import LONGEST, SHORTEST, WrongSecret
from webhooks.signatures import check_given, new_secret


@pytest.mark.parametrize("secret", ["a" * SHORTEST, "~" * LONGEST, "AbC-123_/+=.:!xyz#"])
def test_a_secret_is_letters_digits_and_signs_within_its_length(secret: str) -> None:
    given_secrets.as_text(secret)
    EASYAPPOINTMENTS.takes_secret(secret)


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "a" * (SHORTEST - 1),
        "a" * (LONGEST + 1),
        "a" * 20 + " b",
        "a" * 20 + "\n",
        "ä" * 20,
        "a" * 20 + "\0",
    ],
)
def test_what_could_be_guessed_or_was_copied_wrongly_is_no_secret_and_is_not_repeated(secret: str) -> None:
    with pytest.raises(WrongSecret) as wrong:
        given_secrets.as_text(secret)
    assert str(wrong.value) == (
        "A webhook secret of this booking system is 16 to 256 letters, digits and signs, without spaces. "
        "Copy it anew, whole."
    )
    assert wrong.value.form is None


@pytest.mark.parametrize("size", [24, 64])
def test_a_secret_of_the_contract_has_the_bytes_that_its_specification_asks_for(size: int) -> None:
    secret = new_secret(b"s" * size)
    check_given(secret)
    check_given(secret.removeprefix("whsec_"))
    STANDARD.takes_secret(secret)


@pytest.mark.parametrize(
    "secret",
    [
        "whsec_",
        "whsec_no base64 at all, whatever it is!",
        "whsec_" + base64.b64encode(b"s" * 23).decode(),
        "whsec_" + base64.b64encode(b"s" * 65).decode(),
    ],
)
def test_another_text_is_no_secret_of_the_contract(secret: str) -> None:
    with pytest.raises(WrongSecret) as wrong:
        STANDARD.takes_secret(secret)
    assert "whsec_ and 24 to 64 bytes in base64" in str(wrong.value)
    assert wrong.value.form == "whsec_…"
