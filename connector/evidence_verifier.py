"""Checks a chain of evidence: inside the program, and, as the one file `verify_evidence.py`, at the auditor's.

    python verify_evidence.py FILE [--head DIGEST[@LINE]] [--public-key HEX]

Works offline with Python 3.9 or newer and nothing else; uses the library `cryptography` for signatures where it is
installed, and its own arithmetic where it is not. Exit status: 0 whole, 1 not whole (it says which line, and what was
done to it) or at odds with what you gave, 2 the file is not an evidence file that can be read.

The file is JSON Lines: a header, then the signed checkpoints of lines that were pruned, then the lines. A line's
digest is SHA-256(number, digest of the line before, SHA-256(body)); the number is eight bytes, big-endian, and
before the first line stand 32 zero bytes. The last digest, the head, is signed (Ed25519, RFC 8032).
A line that is not shown stands as the hash of its body: the chain is checked all the same.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, NoReturn

try:
    from cryptography.hazmat.primitives.asymmetric import ed25519 as _ed25519

    _library: Any = _ed25519.Ed25519PublicKey
except Exception:  # not installed, or not for this machine
    _library = None

FORMAT = 1
FIRST = bytes(32)
#: the number of a head that cannot be read
UNREADABLE = -1
#: no line of an evidence file is nearly as long, and no chain has nearly as many checkpoints
LONGEST_LINE = 1 << 20
MOST_CHECKPOINTS = 100_000

#: what may be found, in words
WORDS: Mapping[str, str] = {
    "changed": "this line was changed",
    "missing": "this line was removed",
    "reordered": "this line stands in another place: lines were reordered",
    "inserted": "a line was inserted here, or stands twice",
    "does_not_follow": "this line does not follow from the one before: it was inserted or reordered, "
    "or a line before it was removed and the rest renumbered",
    "cut_off": "the lines from here on were cut off",
    "forged": "from here on the lines, or what stands for pruned ones, are not what was signed or kept elsewhere: "
    "they were rewritten, or a signature is forged",
    "unreadable": "the head of the chain, which belongs to this line, cannot be read: it was overwritten",
}


class Line(NamedTuple):
    """One line; where `body` is None it is not shown, and `body_hash` stands for it."""

    seq: int
    digest: bytes
    body: bytes | None
    body_hash: bytes | None = None


class Head(NamedTuple):
    """How far the chain reaches, signed."""

    seq: int
    digest: bytes
    signature: bytes


class Checkpoint(NamedTuple):
    """Stands, signed, for the pruned lines `first` to `seq`; line `told` of the chain says that they were pruned."""

    first: int
    seq: int
    previous: bytes
    digest: bytes
    from_at: str
    until_at: str
    told: int
    signature: bytes


class Found(NamedTuple):
    """What a check found: `broken_at` is the first line that does not hold, `why` one of WORDS.

    `lines` are those that are there, `pruned` those that signed checkpoints stand for. `unproven` are numbers of
    heads that were kept elsewhere but lie among pruned lines, so that nothing can be compared with them.
    """

    lines: int
    whole: bool
    broken_at: int | None = None
    why: str | None = None
    pruned: int = 0
    unproven: tuple[int, ...] = ()


# ---- the chain --------------------------------------------------------------------------------------


def line_digest(seq: int, previous: bytes, body: bytes) -> bytes:
    """The digest of one line."""
    return _link(seq, previous, hash_of(body))


def hash_of(body: bytes) -> bytes:
    """What stands for a body that is not shown; its random salt keeps it from being guessed."""
    # (SQLite keeps text in a column of bytes, if that is what somebody put there)
    return hashlib.sha256(_bytes(body)).digest()


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode(errors="surrogateescape")


def head_statement(salon: str, seq: int, digest: bytes) -> bytes:
    """What is signed of a head."""
    return f"ovikello evidence head 1\n{salon}\n{seq}\n{digest.hex()}\n".encode()


def checkpoint_statement(salon: str, one: Checkpoint) -> bytes:
    """What is signed of a checkpoint."""
    words = (one.first, one.seq, one.previous.hex(), one.digest.hex(), one.from_at, one.until_at, one.told)
    return "\n".join(["ovikello evidence checkpoint 1", salon, *map(str, words), ""]).encode()


def walk(
    lines: Iterable[Line],
    checkpoints: Sequence[Checkpoint],
    head: Head | None,
    *,
    salon: str,
    known: Mapping[int, bytes],
    is_signed: Callable[[bytes, bytes], bool],
) -> Found:
    """Walk a whole chain, holding one line at a time; say whether it is whole, and if not where it breaks first.

    1. Lines are numbered from one without a gap, each follows from the one before, and a signed checkpoint
       bridges what was pruned; a line of the chain itself tells of it.
    2. The last line is the head, and the head is signed.
    3. Every head that is known from elsewhere (`known`: number to digest) is a line with that digest.
    """
    chain, rest = _Walk(checkpoints, salon, known, is_signed), iter(lines)
    broken = chain.run(rest)
    if broken is not None:
        at, why, seen = *broken, chain.lines + 1
        for seq, *_ in rest:
            seen += 1
            if why == "missing" and seq == at:
                why = "reordered"
        return Found(seen, False, at, why, chain.pruned)
    ending = chain.end(head)
    if ending is not None:
        return Found(chain.lines, False, *ending, chain.pruned)
    return Found(chain.lines, True, None, None, chain.pruned, tuple(chain.unproven))


class _Walk:
    """How far a walk has come. `trusted`: up to which line something signed or kept elsewhere agrees."""

    def __init__(
        self,
        checkpoints: Sequence[Checkpoint],
        salon: str,
        known: Mapping[int, bytes],
        is_signed: Callable[[bytes, bytes], bool],
    ) -> None:
        self._bridges = {one.first: one for one in checkpoints}
        self._tellers = {one.told: one for one in checkpoints}
        self._doubled = [one.first for one in checkpoints if self._is_doubled(one)]
        self._salon, self._known, self._is_signed = salon, known, is_signed
        self._next, self._previous, self._trusted = 1, FIRST, 0
        self._special = {*known, *self._bridges, *self._tellers}
        self._suspect: int | None = None
        self.lines = self.pruned = 0
        self.unproven: list[int] = []

    def _is_doubled(self, one: Checkpoint) -> bool:
        return self._bridges[one.first] is not one or self._tellers[one.told] is not one

    def run(self, lines: Iterable[Line]) -> tuple[int, str] | None:
        """Go as far as it holds; give where and why it breaks, if it does. Most lines only have to follow."""
        sha256, special = hashlib.sha256, self._special
        awaited, previous, passed = self._next, self._previous, 0
        for line in lines:
            seq, digest, body, _ = line
            if seq == awaited and type(body) is bytes and seq not in special and self._suspect is None:
                linked = sha256(seq.to_bytes(8, "big") + previous + sha256(body).digest()).digest()
                if linked == digest:
                    awaited, previous, passed = seq + 1, linked, passed + 1
                    continue
            self._next, self._previous, self.lines, passed = awaited, previous, self.lines + passed, 0
            broken = self.take(line)
            if broken is not None:
                return broken
            awaited, previous = self._next, self._previous
        self._next, self._previous, self.lines = awaited, previous, self.lines + passed
        return None

    def take(self, line: Line) -> tuple[int, str] | None:
        """Go one line further; give where and why it breaks, if it does."""
        broken = self._cross()
        if broken is not None:
            return broken
        seq, digest, body, body_hash = line
        if type(seq) is not int:  # (nor does SQLite keep anything else out of such a column)
            return (self._next, "changed") if self._suspect is None else (self._suspect, "does_not_follow")
        digest = _bytes(digest)
        hashed = hash_of(body) if body is not None else body_hash or b""
        follows = seq == self._next and digest == _link(seq, self._previous, hashed)
        if self._suspect is not None:  # the line before did not follow: does this one follow from it?
            return self._suspect, "changed" if follows else "does_not_follow"
        if seq != self._next:
            return (self._next, "missing") if seq > self._next else (max(seq, 1), "inserted")
        if not follows:
            self._suspect = seq
        elif seq in self._known or seq in self._tellers:
            broken = self._compare(seq, digest, body)
            if broken is not None:
                return broken
        self._previous = digest
        self._next = seq + 1
        self.lines += 1
        return None

    def end(self, head: Head | None) -> tuple[int, str] | None:
        """Whether the last line is the one that was signed, and nothing that was known to come after it is gone."""
        broken = self._cross()
        if broken is not None:
            return broken
        if self._suspect is not None:
            return self._suspect, "changed"
        last, signed = self._next - 1, head.seq if head else 0
        if max(signed, max(self._known, default=0)) > last:
            return last + 1, "cut_off"
        if signed == UNREADABLE:
            return max(last, 1), "unreadable"
        if head is None or signed == 0:
            return None if last == 0 and not self._bridges else (self._trusted + 1, "forged")
        if signed < last:
            return signed + 1, "forged"
        statement = head_statement(self._salon, last, self._previous)
        if head.digest != self._previous or not self._is_signed(statement, head.signature):
            return self._trusted + 1, "forged"
        left = [*self._bridges, *(one.first for one in self._tellers.values()), *self._doubled]
        return (max(min(left), 1), "forged") if left else None

    def _cross(self) -> tuple[int, str] | None:
        """Go over what was pruned here, by its checkpoints."""
        while self._next in self._bridges:
            broken = self._cross_one(self._bridges.pop(self._next))
            if broken is not None:
                return broken
        return None

    def _cross_one(self, one: Checkpoint) -> tuple[int, str] | None:
        if self._suspect is not None:
            return self._suspect, "changed" if one.previous == self._previous else "does_not_follow"
        if one.seq < one.first or not self._is_signed(checkpoint_statement(self._salon, one), one.signature):
            return one.first, "forged"
        if one.previous != self._previous or self._known.get(one.seq, one.digest) != one.digest:
            return self._trusted + 1, "forged"
        self.unproven += [seq for seq in self._known if one.first <= seq < one.seq]
        self.pruned += one.seq - one.first + 1
        self._previous, self._next, self._trusted = one.digest, one.seq + 1, one.seq
        return None

    def _compare(self, seq: int, digest: bytes, body: bytes | None) -> tuple[int, str] | None:
        """Whether a line is what was kept of it elsewhere, and tells of the checkpoint that names it."""
        if seq in self._known:
            if self._known[seq] != digest:
                return self._trusted + 1, "forged"
            self._trusted = seq
        one = self._tellers.pop(seq, None)
        if one is not None and not _tells(body, one):
            return max(one.first, 1), "forged"
        return None


def _link(seq: int, previous: bytes, hashed: bytes) -> bytes:
    return hashlib.sha256(seq.to_bytes(8, "big") + previous + hashed).digest()


def _tells(body: bytes | None, one: Checkpoint) -> bool:
    """Whether a line says that exactly these lines were pruned."""
    said = _body(body)
    wanted = {"what": "pruned", "first": one.first, "last": one.seq, "digest": one.digest.hex()}
    return all(said.get(key) == value for key, value in wanted.items())


def _body(body: bytes | None) -> dict[str, Any]:
    """What a line says; nothing where it is not shown, or says nothing that can be read."""
    try:
        said = json.loads(body or b"null")
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


# ---- the signature (RFC 8032, section 5.1) ----------------------------------------------------------

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)
_ZERO = (0, 1, 1, 0)
_Y = 4 * pow(5, _P - 2, _P) % _P
_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202
_BASE = (_X, _Y, 1, _X * _Y % _P)


def is_signature(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the key signed the message. A key of small order, under which anything is signed, signs nothing."""
    point = _point(public_key)
    if point is None or _is_same(_times(8, point), _ZERO) or len(signature) != 64:
        return False
    if _library is None:
        return is_signature_by_hand(public_key, message, signature)
    try:
        _library.from_public_bytes(public_key).verify(signature, message)
    except Exception:  # InvalidSignature; or a library that cannot do it, which must not look like a yes
        return False
    return True


def is_signature_by_hand(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """The same with integers alone: S below the group's order, and R, byte for byte, is S·B - k·A."""
    point, s = _point(public_key), int.from_bytes(signature[32:], "little")
    if point is None or len(signature) != 64 or s >= _ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % _ORDER
    minus = (_P - point[0], point[1], point[2], _P - point[3])
    x, y, z, _ = _plus(_times(s, _BASE), _times(k, minus))
    inverse = pow(z, _P - 2, _P)
    encoded = (y * inverse % _P) | ((x * inverse % _P & 1) << 255)
    return encoded.to_bytes(32, "little") == signature[:32]


def _point(encoded: bytes) -> tuple[int, int, int, int] | None:  # (X, Y, Z, T): x = X/Z, y = Y/Z, x·y = T/Z
    """The point that 32 bytes stand for; None where they stand for none, or are not its one encoding."""
    if len(encoded) != 32:
        return None
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return x, y, 1, x * y % _P


def _plus(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    a = (one[1] - one[0]) * (other[1] - other[0]) % _P
    b = (one[1] + one[0]) * (other[1] + other[0]) % _P
    c, d = 2 * one[3] * other[3] * _D % _P, 2 * one[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(factor: int, point: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    total = _ZERO
    while factor:
        if factor & 1:
            total = _plus(total, point)
        point = _plus(point, point)
        factor >>= 1
    return total


def _is_same(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    return (one[0] * other[2] - other[0] * one[2]) % _P == (one[1] * other[2] - other[1] * one[2]) % _P == 0


# ---- the file ---------------------------------------------------------------------------------------


class Unreadable(Exception):
    """This is no evidence file that can be read; the text says what is wrong, and where."""


class Header(NamedTuple):
    """What the file says of itself."""

    salon: str
    public_key: bytes
    head: Head | None
    made_at: str
    clients: tuple[str, ...]
    days: tuple[str | None, str | None]
    checkpoints: tuple[Checkpoint, ...]


def read_header(file: BinaryIO) -> Header:
    """The header and the checkpoints, from the start of the file. Raises Unreadable."""
    one = _Row(file, 1)
    one.has({"evidence", "salon", "public_key", "head", "made_at", "asked", "checkpoints"})
    if one.number("evidence") != FORMAT:
        one.refuse(f"is of another version than {FORMAT}: get the verifier that came with the file")
    head, asked = one.inner("head"), one.inner("asked")
    if head is not None:
        head.has({"seq", "digest", "signature", "at"})
        head.text("at", _MOMENT)
    if asked is not None:
        asked.has({"clients", "from", "until"})
    count = one.number("checkpoints")
    if count > MOST_CHECKPOINTS:
        one.refuse("claims more checkpoints than any chain has")
    return Header(
        salon=one.text("salon", _SLUG),
        public_key=one.hex("public_key", 32),
        head=None
        if head is None
        else Head(head.number("seq"), head.hex("digest", 32), head.hex("signature", 64)),
        made_at=one.text("made_at", _MOMENT),
        clients=() if asked is None else asked.texts("clients"),
        days=(None, None) if asked is None else (asked.day("from"), asked.day("until")),
        checkpoints=tuple(_read_checkpoint(_Row(file, 2 + number)) for number in range(count)),
    )


def read_lines(file: BinaryIO, header: Header) -> Iterator[Line]:
    """The lines, one at a time. Raises Unreadable."""
    at = 2 + len(header.checkpoints)
    while True:
        raw = file.readline(LONGEST_LINE + 1)
        if not raw:
            return
        one = _Row(raw, at)
        at += 1
        if "body" in one.values:
            one.has({"seq", "digest", "body"})
            yield Line(one.number("seq"), one.hex("digest", 32), one.bytes_of("body"))
        else:
            one.has({"seq", "digest", "body_hash"})
            yield Line(one.number("seq"), one.hex("digest", 32), None, one.hex("body_hash", 32))


def _read_checkpoint(one: _Row) -> Checkpoint:
    one.has({"first", "seq", "previous", "digest", "from", "until", "told", "signature"})
    return Checkpoint(
        one.number("first"),
        one.number("seq"),
        one.hex("previous", 32),
        one.hex("digest", 32),
        one.text("from", _MOMENT),
        one.text("until", _MOMENT),
        one.number("told"),
        one.hex("signature", 64),
    )


_SLUG = re.compile(r"[a-z0-9-]{1,64}")
_KEY = re.compile(r"[0-9a-f]{1,128}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?\+00:00", re.ASCII)


class _Row:
    """One row of the file, read strictly: what could be read in two ways is refused."""

    def __init__(self, source: BinaryIO | bytes | dict[str, Any], at: int) -> None:
        self._at = at
        if isinstance(source, dict):
            self.values = source
            return
        raw = source if isinstance(source, bytes) else source.readline(LONGEST_LINE + 1)
        if len(raw) > LONGEST_LINE:
            self.refuse("is longer than any line of an evidence file")
        try:
            values = json.loads(
                raw.decode(), object_pairs_hook=_once, parse_int=_whole, parse_float=_no, parse_constant=_no
            )
        except RecursionError:
            self.refuse("is nested too deeply")
        except ValueError:
            self.refuse("is not JSON as this file has it" if raw else "is missing: the file ends here")
        if not isinstance(values, dict):
            self.refuse("is not a JSON object")
        self.values = values

    def refuse(self, why: str) -> NoReturn:
        """Stop."""
        raise Unreadable(f"Row {self._at} of the file {why}.")

    def has(self, names: set[str]) -> None:
        """Exactly these fields stand in it."""
        if set(self.values) != names:
            self.refuse(f"must have these fields and no others: {', '.join(sorted(names))}")

    def inner(self, name: str) -> _Row | None:
        """A field that is an object, or null."""
        value = self.values[name]
        if value is not None and not isinstance(value, dict):
            self.refuse(f"has a wrong value in '{name}'")
        return None if value is None else _Row(value, self._at)

    def number(self, name: str) -> int:
        """A field that is a whole number, from 0 to 2^63 - 1."""
        value = self.values[name]
        if type(value) is not int or not 0 <= value < 2**63:
            self.refuse(f"has a wrong value in '{name}'")
        return int(value)

    def text(self, name: str, shape: re.Pattern[str]) -> str:
        """A field that is a text of this shape."""
        value = self.values[name]
        if not isinstance(value, str) or not shape.fullmatch(value):
            self.refuse(f"has a wrong value in '{name}'")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A field that is a list of keyed names."""
        value = self.values[name]
        if not isinstance(value, list) or not all(
            isinstance(one, str) and _KEY.fullmatch(one) for one in value
        ):
            self.refuse(f"has a wrong value in '{name}'")
        return tuple(value)

    def day(self, name: str) -> str | None:
        """A field that is a day, or null."""
        return None if self.values[name] is None else self.text(name, _DAY)

    def hex(self, name: str, length: int) -> bytes:
        """A field that is so many bytes in lower-case hexadecimal."""
        return bytes.fromhex(self.text(name, re.compile(f"[0-9a-f]{{{2 * length}}}")))

    def bytes_of(self, name: str) -> bytes:
        """A field that is a text, as the bytes that were hashed."""
        value = self.values[name]
        try:
            return value.encode()  # type: ignore[no-any-return]
        except (AttributeError, UnicodeEncodeError):
            self.refuse(f"has a wrong value in '{name}'")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field stands twice")
    return found


def _whole(digits: str) -> int:
    if len(digits) > 20:
        raise ValueError("a number is too long")
    return int(digits)


def _no(text: str) -> NoReturn:
    raise ValueError(f"no {text[:20]} here")


# ---- the auditor ------------------------------------------------------------------------------------


class Kept(NamedTuple):
    """A head that somebody kept elsewhere: its digest, and its line where that was kept too."""

    digest: bytes
    seq: int | None


class Counted:
    """What passes by while the lines are walked through."""

    def __init__(self, header: Header, wanted: Kept | None) -> None:
        self.shown = self.hidden = self.of_clients = 0
        self._clients, self._wanted = frozenset(header.clients), wanted and wanted.digest
        self.is_wanted_there = any(one.digest == self._wanted for one in header.checkpoints)

    def passing(self, lines: Iterable[Line]) -> Iterator[Line]:
        """The same lines, counted."""
        for line in lines:
            if line.digest == self._wanted:
                self.is_wanted_there = True
            if line.body is None:
                self.hidden += 1
            else:
                self.shown += 1
                if self._clients and self._is_of_one(_body(line.body).get("client")):
                    self.of_clients += 1
            yield line

    def _is_of_one(self, client: Any) -> bool:
        return isinstance(client, str) and client in self._clients


def read_kept(text: str) -> Kept:
    """A head as it is printed: DIGEST@LINE, or the digest alone; spaces do not matter. Raises ValueError."""
    found = re.fullmatch(r"([0-9a-f]{64})(?:@([1-9]\d{0,17}))?", "".join(text.split()).lower(), re.ASCII)
    if found is None:
        raise ValueError("A head is 64 hexadecimal digits, then @ and the number of its line.")
    return Kept(bytes.fromhex(found[1]), int(found[2]) if found[2] else None)


def read_key(text: str) -> bytes:
    """A public key as it is printed. Raises ValueError."""
    joined = "".join(text.split()).lower()
    if not re.fullmatch(r"[0-9a-f]{64}", joined):
        raise ValueError("A public key is 64 hexadecimal digits.")
    return bytes.fromhex(joined)


def verify(path: str, kept: Kept | None = None, public_key: bytes | None = None) -> tuple[bool, str]:
    """Check a file; give whether everything holds, and what to tell. Raises Unreadable."""
    try:
        with Path(path).open("rb") as file:
            header = read_header(file)
            counted = Counted(header, kept)
            found = walk(
                counted.passing(read_lines(file, header)),
                header.checkpoints,
                header.head,
                salon=header.salon,
                known={kept.seq: kept.digest} if kept and kept.seq is not None else {},
                is_signed=lambda message, signature: is_signature(header.public_key, message, signature),
            )
    except OSError as error:
        raise Unreadable(f"The file cannot be opened: {error.strerror}.") from None
    at_odds = list(_at_odds(header, found, counted, kept, public_key))
    told = [*_about(header, found, counted), *at_odds, *_limits(header, kept, public_key)]
    return found.whole and not at_odds, "\n".join(told)


def _at_odds(
    header: Header, found: Found, counted: Counted, kept: Kept | None, public_key: bytes | None
) -> Iterator[str]:
    """Where the file and what was known from elsewhere do not meet."""
    if public_key is not None and public_key != header.public_key:
        yield "The file is signed with another key than the one that you gave."
    if kept is None or not found.whole:
        return
    if found.unproven:
        yield "The line of the head that you gave was pruned, so nothing can be compared with it."
    elif kept.seq is None and not counted.is_wanted_there:
        yield "The head that you gave is nowhere in this chain: it was rewritten, or that line was pruned."


def _about(header: Header, found: Found, counted: Counted) -> Iterator[str]:
    yield f"Salon     {header.salon}; file made {header.made_at}"
    yield f"Key       {header.public_key.hex()}"
    if header.head:
        yield f"Head      {header.head.digest.hex()}@{header.head.seq}"
    for one in header.checkpoints[:20]:
        yield f"Pruned    lines {one.first} to {one.seq}, written {one.from_at[:10]} to {one.until_at[:10]}"
    about = f"; {counted.of_clients} of them about the client asked for" if header.clients else ""
    yield f"Lines     {found.lines}: {counted.shown} shown{about}, {counted.hidden} as their hash alone"
    if found.whole:
        yield "WHOLE     No line was changed, removed, inserted, reordered or cut off since the head was signed."
    else:
        yield f"BROKEN    at line {found.broken_at}: {WORDS[found.why or 'forged']}."


def _limits(header: Header, kept: Kept | None, public_key: bytes | None) -> Iterator[str]:
    if public_key is None and kept is None:
        yield (
            "Note: the key was taken from the file itself. A file that was forged whole, under a new key, passes too; "
            "compare the key or a head with one that you have from elsewhere (--public-key, --head)."
        )
    if kept is None:
        yield (
            "Note: whoever holds the salon's keys can write a new history and sign it. "
            "Only a head that was kept elsewhere before (--head) shows that."
        )
    if header.clients:
        yield (
            "Note: the salon chose which lines are shown. That no hidden line is about the same client cannot be seen "
            "from this file; ask for the whole one."
        )
    yield "Note: the chain proves what was written down and when it was signed, not that it was true."


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="verify_evidence.py", description="Checks an evidence file, offline."
    )
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--head", metavar="DIGEST[@LINE]", help="a head that was kept elsewhere")
    parser.add_argument("--public-key", metavar="HEX", help="the salon's key, known from elsewhere")
    asked = parser.parse_args(arguments)
    try:
        kept = read_kept(asked.head) if asked.head else None
        key = read_key(asked.public_key) if asked.public_key else None
        holds, text = verify(asked.file, kept, key)
    except (Unreadable, ValueError) as error:
        sys.stderr.write(f"verify_evidence.py: {error}\n")
        return 2
    sys.stdout.write(f"{text}\n")
    return 0 if holds else 1


if __name__ == "__main__":
    raise SystemExit(main())
