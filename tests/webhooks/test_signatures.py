"""Standard Webhooks signatures: the specification's vector, its library as the oracle, and hostile headers."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from connector import clock
from tests.webhooks.payloads import AT, SECRET
from webhooks.delivery import Delivery
from webhooks.errors import BadSignature
from webhooks.signatures import new_secret, sign, standard_webhooks

OTHER = new_secret(b"another secret's bytes, 32 of it")
BODY = b'{"type": "client.login"}'

# the vector that the specification's own libraries test themselves with
VECTOR = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
VECTOR_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
VECTOR_BODY = b'{"test": 2432232314}'
VECTOR_AT = datetime.fromtimestamp(1614265330, UTC)


def delivery(body: bytes = BODY, *, at: datetime = AT, **changed: str) -> Delivery:
    """Signed now with SECRET, then changed: header names have underscores here."""
    headers = sign(SECRET, "msg_1", AT, body)
    headers |= {name.replace("_", "-"): value for name, value in changed.items()}
    return Delivery(headers, body, at)


def check(given: Delivery, *secrets: str) -> str:
    return standard_webhooks(given, secrets or (SECRET,))


def test_the_specifications_vector_holds() -> None:
    assert check(Delivery(VECTOR, VECTOR_BODY, VECTOR_AT), VECTOR_SECRET) == VECTOR["webhook-id"]
    assert sign(VECTOR_SECRET, VECTOR["webhook-id"], VECTOR_AT, VECTOR_BODY) == VECTOR


@given(
    body=st.text(),
    name=st.text(alphabet="abcXYZ019_-", min_size=1, max_size=60),
    key=st.binary(min_size=24, max_size=64),
)
def test_signatures_are_those_of_the_specifications_library(body: str, name: str, key: bytes) -> None:
    headers = sign(new_secret(key), name, AT, body.encode("utf-8", "replace"))
    text = body.encode("utf-8", "replace").decode()
    assert headers["webhook-signature"] == Webhook(new_secret(key)).sign(name, AT, text)
    assert check(Delivery(headers, text.encode(), AT), new_secret(key)) == name


def test_the_library_takes_what_is_signed_here() -> None:
    now = clock.now().replace(microsecond=0)  # the library reads the clock itself
    assert Webhook(SECRET).verify(BODY, sign(SECRET, "msg_1", now, BODY)) == {"type": "client.login"}


@given(position=st.integers(0, len(BODY) - 1), bit=st.integers(0, 7))
def test_no_bit_of_the_body_can_be_changed(position: int, bit: int) -> None:
    changed = bytearray(BODY)
    changed[position] ^= 1 << bit
    with pytest.raises(BadSignature):
        check(Delivery(sign(SECRET, "msg_1", AT, BODY), bytes(changed), AT))


@pytest.mark.parametrize(
    "changed", [{"webhook_id": "msg_2"}, {"webhook_timestamp": str(int(AT.timestamp()) + 1)}]
)
def test_neither_the_id_nor_the_time_can_be_changed(changed: dict[str, Any]) -> None:
    with pytest.raises(BadSignature):
        check(delivery(**changed))


@pytest.mark.parametrize(
    ("off", "is_taken"),
    [
        (timedelta(minutes=-5), True),
        (timedelta(minutes=-5, microseconds=-1), False),
        (timedelta(minutes=5), True),
        (timedelta(minutes=5, microseconds=1), False),
    ],
)
def test_a_signature_is_good_for_five_minutes_either_way(off: timedelta, is_taken: bool) -> None:
    late = delivery(at=AT + off)
    if is_taken:
        assert check(late) == "msg_1"
        return
    with pytest.raises(BadSignature):
        check(late)


@pytest.mark.parametrize("secrets", [(SECRET, OTHER), (OTHER, SECRET)])
def test_while_a_secret_is_changed_both_are_taken(secrets: tuple[str, str]) -> None:
    assert check(delivery(), *secrets) == "msg_1"


@pytest.mark.parametrize("secrets", [(OTHER,), ()])
def test_nobody_else_is_taken(secrets: tuple[str, ...]) -> None:
    with pytest.raises(BadSignature):
        standard_webhooks(delivery(), secrets)


def test_one_right_signature_among_others_is_enough() -> None:
    right = sign(SECRET, "msg_1", AT, BODY)["webhook-signature"]
    wrong = sign(OTHER, "msg_1", AT, BODY)["webhook-signature"]
    assert check(delivery(webhook_signature=f"v1a,AAAA {wrong} v1, v1,ä% nonsense  {right}")) == "msg_1"


@pytest.mark.parametrize(("before", "is_taken"), [(19, True), (20, False)])
def test_only_the_first_twenty_signatures_are_looked_at(before: int, is_taken: bool) -> None:
    right = sign(SECRET, "msg_1", AT, BODY)["webhook-signature"]
    long = delivery(webhook_signature="v1,AAAA " * before + right)
    if is_taken:
        assert check(long) == "msg_1"
        return
    with pytest.raises(BadSignature):
        check(long)


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_header_is_a_bad_signature(missing: str) -> None:
    headers = {name: value for name, value in sign(SECRET, "msg_1", AT, BODY).items() if name != missing}
    with pytest.raises(BadSignature):
        check(Delivery(headers, BODY, AT))


@pytest.mark.parametrize("name", ["", "a b", "ä", "a\x00b", "x" * 201, "\n", "msg_1\n"])
def test_an_id_is_at_most_two_hundred_visible_characters(name: str) -> None:
    with pytest.raises(BadSignature):
        check(Delivery(sign(SECRET, name, AT, BODY), BODY, AT))
    longest = "x" * 200
    assert check(Delivery(sign(SECRET, longest, AT, BODY), BODY, AT)) == longest


@pytest.mark.parametrize(
    "seconds", ["", "now", "1e9", "-1", "+1", "1.5", "9" * 40, "٣٣٣", "1_000", " 1", "nan"]
)
def test_a_timestamp_is_digits(seconds: str) -> None:
    with pytest.raises(BadSignature):
        check(delivery(webhook_timestamp=seconds))


@given(
    headers=st.dictionaries(
        st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]),
        st.text()
        | st.from_regex(r"v1,[A-Za-z0-9+/=]*( v1,[ -~]*)*", fullmatch=True)
        | st.just(str(int(AT.timestamp()))),
    ),
    body=st.binary(),
)
def test_whatever_the_headers_are_the_answer_is_bad_signature(headers: dict[str, str], body: bytes) -> None:
    with pytest.raises(BadSignature):
        check(Delivery(headers, body, AT))


def test_a_bad_signature_tells_nothing_of_the_body_or_the_secret() -> None:
    with pytest.raises(BadSignature) as caught:
        check(delivery(webhook_id="msg_2"))
    assert (str(caught.value), caught.value.reason) == ("signature", "signature")


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_%%%", "whsec_ä", "whsec_A"])
def test_a_broken_secret_is_never_a_key(secret: str) -> None:
    with pytest.raises(ValueError, match="whsec_"):
        sign(secret, "msg_1", AT, BODY)


def test_a_secret_without_its_padding_is_the_same_secret() -> None:
    assert sign(SECRET.rstrip("="), "msg_1", AT, BODY) == sign(SECRET, "msg_1", AT, BODY)


@pytest.mark.parametrize("length", [23, 65])
def test_a_secret_is_not_shorter_or_longer_than_the_specification_allows(length: int) -> None:
    with pytest.raises(ValueError, match="24 to 64"):
        new_secret(bytes(length))


@pytest.mark.parametrize("length", [24, 64])
def test_a_new_secret_is_its_random_bytes(length: int) -> None:
    random = bytes(range(length))
    written: Any = new_secret(random)
    assert written.startswith("whsec_")
    assert base64.b64decode(written.removeprefix("whsec_")) == random
