"""The auditor's program: its arithmetic against RFC 8032 and a library, and files that mean no good."""

import ast
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from connector import evidence_verifier as verifier
from connector.evidence_verifier import Unreadable, is_signature, is_signature_by_hand

PROGRAM = Path(verifier.__file__)
ORDER = 2**252 + 27742317777372353535851937790883648493
PRIME = 2**255 - 19

#: RFC 8032, section 7.1: secret key, message, signature
VECTORS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        b"",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        b"\x72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        b"\xaf\x82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        hashlib.sha512(b"abc").digest(),
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e030"
        "3dca179c138ac17ad9bef1177331a704",
    ),
]
#: points of small order: under such a key anything can be made to look signed
SMALL = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
]


def public_of(secret: bytes) -> bytes:
    """The public key of a secret one."""
    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def by_library(public: bytes, message: bytes, signature: bytes) -> bool:
    """What `cryptography` says."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize("check", [is_signature, is_signature_by_hand])
@pytest.mark.parametrize(("secret", "message", "signature"), VECTORS)
def test_the_vectors_of_the_rfc_hold_and_nothing_beside_them(
    check: Any, secret: str, message: bytes, signature: str
) -> None:
    public, signed = public_of(bytes.fromhex(secret)), bytes.fromhex(signature)
    assert check(public, message, signed)
    assert not check(public, message + b"\x00", signed)
    for place in (0, 31, 32, 63):
        flipped = signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :]
        assert not check(public, message, flipped)


@given(
    st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 8 * 96 - 1), st.booleans()
)
def test_arithmetic_by_hand_agrees_with_the_library(
    secret: bytes, message: bytes, bit: int, is_flipped: bool
) -> None:
    public = public_of(secret)
    both = bytearray(
        Ed25519PrivateKey.from_private_bytes(secret).sign(message) + hashlib.sha256(message).digest()
    )
    if is_flipped:
        both[bit // 8] ^= 1 << bit % 8
    signature, said = bytes(both[:64]), message if both[64:] == hashlib.sha256(message).digest() else b"other"
    expected = by_library(public, said, signature)
    assert is_signature_by_hand(public, said, signature) == expected
    assert is_signature(public, said, signature) == expected


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=64, max_size=64))
def test_what_is_no_key_or_no_signature_is_never_taken_for_one(key: bytes, signature: bytes) -> None:
    assert not is_signature(key, b"message", signature)
    assert not is_signature_by_hand(key, b"message", signature)


@pytest.mark.parametrize("check", [is_signature, is_signature_by_hand])
def test_a_signature_has_one_form_only(check: Any) -> None:
    secret, message, signature = VECTORS[1]
    public, signed = public_of(bytes.fromhex(secret)), bytes.fromhex(signature)
    s = int.from_bytes(signed[32:], "little")
    assert not check(public, message, signed[:32] + (s + ORDER).to_bytes(32, "little"))
    assert not check(public, message, signed[:32] + (s + 2 * ORDER).to_bytes(32, "little"))
    assert not check(public, message, signed + b"\x00")
    assert not check(public, message, signed[:63])
    assert not check(public + b"\x00", message, signed)
    assert not check(b"", message, signed)


@pytest.mark.parametrize("key", SMALL)
def test_a_key_under_which_anything_is_signed_signs_nothing(key: str) -> None:
    forged = bytes.fromhex(SMALL[0]) + bytes(32)  # R is the neutral point and S is zero
    for message in (b"one", b"two", b"three", b"four"):
        assert not is_signature(bytes.fromhex(key), message, forged)


@pytest.mark.parametrize("y", [PRIME, PRIME + 1, PRIME + 18, 2**255 - 1])
@pytest.mark.parametrize("sign", [0, 1])
def test_a_key_in_another_form_than_its_one_is_no_key(y: int, sign: int) -> None:
    key = (y | sign << 255).to_bytes(32, "little")
    assert not is_signature(key, b"message", bytes(64))
    assert not is_signature_by_hand(key, b"message", bytes(64))


def test_the_program_needs_nothing_but_python_3_9() -> None:
    tree = ast.parse(PROGRAM.read_text(), feature_version=(3, 9))
    imported = {
        (node.module or "").split(".")[0] if isinstance(node, ast.ImportFrom) else alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert imported - {"cryptography"} <= sys.stdlib_module_names


# ---- files that mean no good ------------------------------------------------------------------------

HEADER: dict[str, Any] = {
    "evidence": 1,
    "salon": "aava",
    "public_key": "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "head": None,
    "made_at": "2026-11-24T12:00:00+00:00",
    "asked": None,
    "checkpoints": 0,
}
LINE = {"seq": 1, "digest": "00" * 32, "body": "{}"}
CHECKPOINT = {
    "first": 1,
    "seq": 1,
    "previous": "00" * 32,
    "digest": "00" * 32,
    "from": HEADER["made_at"],
    "until": HEADER["made_at"],
    "told": 2,
    "signature": "00" * 64,
}


def file_of(*rows: dict[str, Any] | bytes) -> bytes:
    """A file of these rows."""
    return b"".join(row if isinstance(row, bytes) else json.dumps(row).encode() + b"\n" for row in rows)


HOSTILE = {
    "empty": b"",
    "zeros": bytes(4096),
    "not UTF-8": b"\xff\xfe{}\n",
    "a list": b"[]\n",
    "no fields": b"{}\n",
    "deep": b"[" * 200_000 + b"\n",
    "deep objects": b'{"a":' * 100_000 + b"\n",
    "huge row": b'"' + b"a" * (1 << 21),
    "a field twice": b'{"evidence":1,' + json.dumps(HEADER).encode()[1:],
    "a field twice below": file_of(HEADER | {"asked": None}, b'{"seq":1,"seq":2,"digest":"","body":""}\n'),
    "NaN": file_of(HEADER, b'{"seq":NaN,"digest":"","body":""}\n'),
    "endless number": file_of(HEADER, b'{"seq":' + b"9" * 500_000 + b',"digest":"","body":""}\n'),
    "a fraction": file_of(HEADER, LINE | {"seq": 1.0}),
    "a truth for a number": file_of(HEADER, LINE | {"seq": True}),
    "a negative number": file_of(HEADER, LINE | {"seq": -1}),
    "too large a number": file_of(HEADER, LINE | {"seq": 2**63}),
    "a number for a text": file_of(HEADER, LINE | {"body": 1}),
    "a lone surrogate": file_of(HEADER, b'{"seq":1,"digest":"%s","body":"\\ud800"}\n' % (b"00" * 32)),
    "a short digest": file_of(HEADER, LINE | {"digest": "00"}),
    "capital letters": file_of(HEADER, LINE | {"digest": "AA" * 32}),
    "both body and hash": file_of(HEADER, LINE | {"body_hash": "00" * 32}),
    "neither body nor hash": file_of(HEADER, {"seq": 1, "digest": "00" * 32}),
    "a field more": file_of(HEADER, LINE | {"more": 1}),
    "a blank row": file_of(HEADER, b"\n", LINE),
    "another version": file_of(HEADER | {"evidence": 2}),
    "no salon's name": file_of(HEADER | {"salon": "\x1b[2J"}),
    "no moment": file_of(HEADER | {"made_at": "yesterday"}),
    "a head that is a list": file_of(HEADER | {"head": [1]}),
    "a head without a signature": file_of(HEADER | {"head": {"seq": 1, "digest": "00" * 32}}),
    "clients that are no keys": file_of(
        HEADER | {"asked": {"clients": ["\x1b"], "from": None, "until": None}}
    ),
    "clients that are no list": file_of(HEADER | {"asked": {"clients": {}, "from": None, "until": None}}),
    "days that are no days": file_of(HEADER | {"asked": {"clients": [], "from": "x", "until": None}}),
    "too many checkpoints": file_of(HEADER | {"checkpoints": 10**9}),
    "fewer checkpoints than claimed": file_of(HEADER | {"checkpoints": 2}, CHECKPOINT),
    "a line for a checkpoint": file_of(HEADER | {"checkpoints": 1}, LINE),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_cannot_be_read_is_said_to_be_one_in_a_sentence(tmp_path: Path, name: str) -> None:
    file = tmp_path / "evidence.jsonl"
    file.write_bytes(HOSTILE[name])
    done = run(str(file))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("verify_evidence.py: Row ")
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr


@pytest.mark.parametrize("client", ['["00"]', "{}", "null", "1", "NaN", "1e999"])
def test_a_line_that_names_no_client_is_counted_for_none(tmp_path: Path, client: str) -> None:
    file = tmp_path / "evidence.jsonl"
    only = {"clients": ["00"], "from": None, "until": None}
    file.write_bytes(file_of(HEADER | {"asked": only}, LINE | {"body": f'{{"client":{client}}}'}))
    done = run(str(file))
    assert (done.returncode, done.stderr) == (1, "")
    assert "0 of them about the client" in done.stdout
    assert "BROKEN    at line 1" in done.stdout


@given(
    st.binary(max_size=400)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(HEADER)), inner, max_size=9)
        ),
    ).map(lambda value: json.dumps(value).encode())
)
def test_no_bytes_whatever_make_it_fall(tmp_path: Path, noise: bytes) -> None:
    for number, content in enumerate(
        (noise, file_of(HEADER, noise), file_of(HEADER | {"checkpoints": 1}, noise))
    ):
        file = tmp_path / f"{number}.jsonl"
        file.write_bytes(content)
        try:
            holds, _ = verifier.verify(str(file))
        except Unreadable:
            continue
        assert holds == (content == file_of(HEADER))


@pytest.mark.parametrize(
    "arguments",
    [
        ("no-such-file",),
        (".",),
        (),
        ("x", "--head", "not-a-head"),
        ("x", "--head", "00" * 32 + "@0"),
        ("x", "--public-key", "00"),
        ("x", "--unheard-of"),
    ],
)
def test_wrong_use_ends_with_2_and_a_sentence(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "verify_evidence.py" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_empty_chain_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "evidence.jsonl"
    file.write_bytes(file_of(HEADER))
    assert run(str(file)).returncode == 0


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the program as an auditor does who has Python and nothing else: without our packages, or any other."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(PROGRAM), *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
    )
