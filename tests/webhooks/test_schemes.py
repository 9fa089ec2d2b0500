"""What holds for every scheme beside the contract's own: vectors computed here by hmac alone, and hostile headers."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.webhooks.payloads import AT, OTHER, SECRET
from webhooks.delivery import Delivery
from webhooks.errors import BadSignature
from webhooks.signatures_bodies import Check, address_and_body_signed, body_signed, code_of, in_hex
from webhooks.signatures_none import address_key, in_address, token_in
from webhooks.signatures_timed import time_and_body_signed

BODY = b'{"event": "changed", "id": 7}'
ADDRESS = "https://ovikello.example/webhooks/aava?from=system"


def code(secret: str, message: bytes) -> bytes:
    """The oracle: HMAC-SHA256 with the secret's text as its key."""
    return hmac.new(secret.encode(), message, hashlib.sha256).digest()


def text64(secret: str, message: bytes) -> str:
    return base64.b64encode(code(secret, message)).decode()


@dataclass(frozen=True)
class Scheme:
    """A scheme, how its sender proves a body, and what of a delivery the proof covers."""

    check: Check
    prove: Callable[[str, bytes], str]
    header: str = "x-signature"
    is_signed: bool = True

    def sent(self, secret: str, body: bytes = BODY) -> Delivery:
        """A delivery as it comes in."""
        proof = self.prove(secret, body)
        if not self.header:
            return Delivery({}, body, AT, address=ADDRESS, key=proof)
        return Delivery({self.header: proof}, body, AT, address=ADDRESS)

    def with_proof(self, proof: str) -> Delivery:
        """A delivery with another proof."""
        there = self.sent(SECRET)
        return replace(there, headers={self.header: proof}) if self.header else replace(there, key=proof)


SECONDS = str(int(AT.timestamp()))
SCHEMES = {
    "body, base64": Scheme(body_signed("X-Signature"), text64),
    "body, base64 behind sha256=": Scheme(
        body_signed("X-Signature", prefix="sha256="), lambda secret, body: "sha256=" + text64(secret, body)
    ),
    "body, hex": Scheme(
        body_signed("X-Signature", written=in_hex), lambda secret, body: code(secret, body).hex()
    ),
    "moment and body, hex": Scheme(
        time_and_body_signed("X-Signature"),
        lambda secret, body: f"t={SECONDS},v1={code(secret, SECONDS.encode() + b'.' + body).hex()}",
    ),
    "address and body, base64": Scheme(
        address_and_body_signed("X-Signature"),
        lambda secret, body: text64(secret, ADDRESS.encode() + body),
    ),
    "token": Scheme(token_in("X-Signature"), lambda secret, body: secret, is_signed=False),
    "address": Scheme(
        in_address(),
        lambda secret, body: code(secret, b"ovikello: the key in an address").hex(),
        header="",
        is_signed=False,
    ),
}
EVERY = pytest.mark.parametrize("scheme", SCHEMES.values(), ids=list(SCHEMES))
SIGNED = pytest.mark.parametrize(
    "scheme",
    *[[one for one in SCHEMES.values() if one.is_signed]],
    ids=[n for n in SCHEMES if SCHEMES[n].is_signed],
)


def refused(check: Check, delivery: Delivery, secrets: Sequence[str] = (SECRET,)) -> str:
    """The word with which it is refused."""
    with pytest.raises(BadSignature) as caught:
        check(delivery, secrets)
    return caught.value.reason


@EVERY
@given(body=st.binary(max_size=200), secret=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_what_the_holder_of_a_secret_sent_is_let_in_and_has_an_id(
    scheme: Scheme, body: bytes, secret: str
) -> None:
    assert 0 < len(scheme.check(scheme.sent(secret, body), [secret])) <= 200


@EVERY
def test_of_several_secrets_any_is_good_and_none_but_them(scheme: Scheme) -> None:
    for secrets in ([SECRET], [OTHER, SECRET], [SECRET, OTHER]):
        assert scheme.check(scheme.sent(SECRET), secrets)
    assert refused(scheme.check, scheme.sent(SECRET), [OTHER])
    assert refused(scheme.check, scheme.sent(SECRET), [])
    assert refused(scheme.check, scheme.sent("whsec_"), [SECRET, OTHER])


@SIGNED
@given(body=st.binary(max_size=200), where=st.integers(min_value=0), bit=st.integers(0, 7))
def test_a_flipped_bit_of_the_body_is_a_bad_signature(
    scheme: Scheme, body: bytes, where: int, bit: int
) -> None:
    there = scheme.sent(SECRET, body + b".")
    changed = bytearray(there.body)
    changed[where % len(changed)] ^= 1 << bit
    assert refused(scheme.check, replace(there, body=bytes(changed))) == "signature"


@EVERY
@given(where=st.integers(min_value=0), letter=st.characters(max_codepoint=0x2FF))
def test_a_changed_letter_of_the_proof_is_refused(scheme: Scheme, where: int, letter: str) -> None:
    proof = scheme.prove(SECRET, BODY)
    at = where % len(proof)
    changed = proof[:at] + letter + proof[at + 1 :]
    if changed != proof:
        assert refused(scheme.check, scheme.with_proof(changed)) in {"signature", "headers", "out_of_time"}


@EVERY
@pytest.mark.parametrize("twice", [",", ", "])
def test_a_header_that_is_missing_empty_there_twice_or_odd_is_refused(scheme: Scheme, twice: str) -> None:
    proof = scheme.prove(SECRET, BODY)
    assert refused(scheme.check, Delivery({}, BODY, AT))
    for odd in (
        "",
        " ",
        proof + twice + proof,
        f" {proof}",
        f"{proof} ",
        proof[:-1],
        "\udcff",
        "💇",
        "v1",
        "=",
    ):
        assert refused(scheme.check, scheme.with_proof(odd)), odd


@SIGNED
@given(given=st.text(max_size=100))
def test_no_text_but_the_right_one_is_a_signature(scheme: Scheme, given: str) -> None:
    if given != scheme.prove(SECRET, BODY):
        assert refused(scheme.check, scheme.with_proof(given))


@EVERY
def test_a_secret_is_in_no_id(scheme: Scheme) -> None:
    assert SECRET not in scheme.check(scheme.sent(SECRET), [SECRET])


@EVERY
def test_an_empty_secret_is_none_with_which_anybody_could_sign(scheme: Scheme) -> None:
    with pytest.raises((ValueError, BadSignature)):
        scheme.check(scheme.sent(""), [""])


def test_the_code_under_an_empty_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one letter"):
        code_of("", BODY)


def test_a_signature_of_another_address_or_of_none_is_refused_where_the_address_is_signed() -> None:
    scheme = SCHEMES["address and body, base64"]
    for other in ("", "https://ovikello.example/webhooks/toinen?from=system", ADDRESS + "&more=1"):
        assert refused(scheme.check, replace(scheme.sent(SECRET), address=other)) == "signature"


def test_a_signature_without_its_prefix_and_one_with_a_prefix_too_many_are_refused() -> None:
    bare, behind = SCHEMES["body, base64"], SCHEMES["body, base64 behind sha256="]
    assert refused(behind.check, behind.with_proof(bare.prove(SECRET, BODY))) == "signature"
    assert refused(bare.check, bare.with_proof(behind.prove(SECRET, BODY))) == "signature"


@pytest.mark.parametrize("tolerance", [180, 300])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_moment_may_be_off_by_the_tolerance_and_not_by_a_second_more(tolerance: int, sign: int) -> None:
    check = time_and_body_signed("X-Signature", tolerance=tolerance)
    there = SCHEMES["moment and body, hex"].sent(SECRET)
    for seconds, held in ((tolerance, True), (tolerance + 1, False)):
        late = replace(there, received_at=AT + timedelta(seconds=sign * seconds))
        if held:
            assert check(late, [SECRET])
        else:
            assert refused(check, late) == "out_of_time"


def test_calendlys_tolerance_is_three_minutes_where_none_is_named() -> None:
    scheme = SCHEMES["moment and body, hex"]
    assert scheme.check(replace(scheme.sent(SECRET), received_at=AT + timedelta(minutes=3)), [SECRET])
    late = replace(scheme.sent(SECRET), received_at=AT + timedelta(seconds=181))
    assert refused(scheme.check, late) == "out_of_time"


def test_a_signed_moment_is_not_changed_without_the_secret() -> None:
    scheme = SCHEMES["moment and body, hex"]
    later = int(SECONDS) + 60
    proof = scheme.prove(SECRET, BODY).replace(SECONDS, str(later))
    assert refused(scheme.check, scheme.with_proof(proof)) == "signature"


def test_while_its_sender_changes_the_secret_any_v1_of_a_header_may_be_the_right_one() -> None:
    scheme = SCHEMES["moment and body, hex"]
    right = scheme.prove(SECRET, BODY).partition(",")[2]
    old = scheme.prove(OTHER, BODY).partition(",")[2]
    for proof in (f"t={SECONDS},{old},{right}", f"{right},t={SECONDS}", f"t={SECONDS},v0=abc,{right},x"):
        assert scheme.check(scheme.with_proof(proof), [SECRET])


@pytest.mark.parametrize(
    "moment", ["", "t=", "t=-1", "t=1e9", "t=٣", "t=1 ", "t=9999999999999", "t=1,t=1", "T=1"]
)
def test_a_moment_that_is_none_or_stands_there_twice_is_refused(moment: str) -> None:
    scheme = SCHEMES["moment and body, hex"]
    right = scheme.prove(SECRET, BODY).partition(",")[2]
    assert refused(scheme.check, scheme.with_proof(f"{moment},{right}")) == "headers"


def test_of_a_header_with_hundreds_of_signatures_only_the_first_are_looked_at() -> None:
    scheme = SCHEMES["moment and body, hex"]
    right = scheme.prove(SECRET, BODY).partition(",")[2]
    many = ",v1=00" * 18
    assert scheme.check(scheme.with_proof(f"t={SECONDS}{many},{right}"), [SECRET])
    assert refused(scheme.check, scheme.with_proof(f"t={SECONDS}{many},v1=00,{right}")) == "signature"


def test_the_key_in_an_address_is_not_the_secret_and_can_stand_in_a_path() -> None:
    assert address_key(SECRET) != address_key(OTHER)
    assert address_key(SECRET).isalnum()
    assert SECRET.removeprefix("whsec_") not in address_key(SECRET)
