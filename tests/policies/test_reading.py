"""The policy file is read strictly, and everything that is wrong is said at once."""

import hashlib
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.decisions import JobKind
from policies.errors import PolicyError
from policies.periods import Period
from policies.policy import DoorCustomer, Frequency, OwnRecords, Policy
from policies.reading import PolicyErrors, read
from policies.vocabulary import Category, Purpose
from tests.policies.cases import BODY, YEARLY

IDENTITY = '{ for = "P1Y", counted_from = "last_activity", then = "erase", because = "oma valinta" }'


def changed(*pairs: tuple[str, str]) -> bytes:
    """The library's file with each first text replaced by the second, once."""
    body = BODY
    for old, new in pairs:
        assert old in body, old
        body = body.replace(old, new, 1)
    return body.encode()


def errors(*pairs: tuple[str, str]) -> tuple[PolicyError, ...]:
    """Everything that is wrong with the changed file."""
    with pytest.raises(PolicyErrors) as raised:
        read(changed(*pairs))
    return raised.value.errors


def policy_or_errors(body: bytes) -> Policy | tuple[PolicyError, ...]:
    """What reading gives; any other exception is a failure."""
    try:
        return read(body)
    except PolicyErrors as raised:
        return raised.errors


def without(table: str) -> tuple[str, str]:
    """The whole text of a table, to be replaced by nothing."""
    start = BODY.index(f"[{table}]\n")
    ends = BODY.find("\n[", start)
    return (BODY[start : ends + 1 if ends != -1 else len(BODY)], "")


def test_the_file_is_read_into_values() -> None:
    assert YEARLY.effective_from == date(2026, 1, 1)
    assert str(YEARLY.time_zone) == "Europe/Helsinki"
    assert YEARLY.languages == ("fi", "sv", "en")
    assert YEARLY.controller.business_id == "2000003-2"
    assert YEARLY.processors[0].task == "booking_platform"
    assert YEARLY.sources[0].startswith("asiakas itse")
    assert YEARLY.places[0].kind == "paper"
    assert YEARLY.statements[0].review == Period(months=12)
    assert YEARLY.approval.mass_limit == Fraction(1, 4)
    assert YEARLY.marketing.max_frequency == {Purpose.NEWSLETTER: Frequency(1)}
    assert YEARLY.own_records.suppression is None
    assert YEARLY.bookkeeping.month == 12
    assert set(YEARLY.categories) >= {Category.IDENTITY, Category.BILLING}


@pytest.mark.parametrize(
    ("line", "said"),
    [("", None), ('fresh_for = "P1D"', Period(days=1)), ('fresh_for = "P1M"', Period(months=1))],
)
def test_how_old_the_mirror_may_be_is_what_the_file_says_and_else_left_open(
    line: str, said: Period | None
) -> None:
    assert read(changed(('# fresh_for = "P2D" ', f"{line} #"))).retention.fresh_for == said


@pytest.mark.parametrize("table", ["door_customer", "breach", "own_records"])
def test_optional_tables_may_be_left_out(table: str) -> None:
    read(changed(without(table)))


def test_what_is_left_out_has_the_defaults_of_the_format() -> None:
    body = BODY
    for table in ("door_customer", "breach", "own_records"):
        body = body.replace(*without(table))
    for name in ("recipients", "sources", "places", "statements"):
        while f"[[{name}]]" in body:
            start = body.index(f"[[{name}]]")
            body = body[:start] + body[body.index("\n[", start) + 1 :]
    policy = read(body.encode())
    assert (policy.recipients, policy.sources, policy.places, policy.statements) == ((), (), (), ())
    assert policy.door_customer == DoorCustomer(applies=False)
    assert policy.own_records == OwnRecords()
    assert policy.breach.second_notice_within == Period(days=14)


@pytest.mark.parametrize(
    "table",
    [
        "controller",
        "contact",
        "register",
        "bookkeeping",
        "health",
        "retention",
        "marketing",
        "requests",
        "approval",
    ],
)
def test_a_needed_table_that_is_missing_is_one_error(table: str) -> None:
    (error,) = errors(without(table))
    assert (error.table, error.key, error.message) == ("", table, "is missing.")
    assert f"[{table}]" in error.right


@pytest.mark.parametrize(
    ("old", "new", "table", "key"),
    [
        ("policy         = 1", "policy = 2", "", "policy"),
        ("policy         = 1\n", "", "", "policy"),
        ("2026-01-01", '"2026-01-01"', "", "effective_from"),
        ("2026-01-01", "2026-01-01T00:00:00Z", "", "effective_from"),
        ("effective_from = 2026-01-01\n", "", "", "effective_from"),
        ("Europe/Helsinki", "Europe/Nowhere", "", "time_zone"),
        ("Europe/Helsinki", "../etc/passwd", "", "time_zone"),
        ("Europe/Helsinki", "Europe", "", "time_zone"),
        ('["fi", "sv", "en"]', '["fi", "xx"]', "", "languages"),
        ('["fi", "sv", "en"]', "[]", "", "languages"),
        ('["fi", "sv", "en"]', '"fi"', "", "languages"),
        ("2000003-2", "2000003-3", "controller", "business_id"),
        ("asiakas@pihlaja.example", "asiakas", "controller", "email"),
        ('"Parturi-kampaamo Pihlaja Oy"', '" "', "controller", "name"),
        ('"Parturi-kampaamo Pihlaja Oy"', "7", "controller", "name"),
        ('country = "FI"', 'country = "Finland"', "processors[0]", "country"),
        ('country = "FI"', 'country = "FI"\nsecret = 1', "processors[0]", "secret"),
        ('review = "P1Y"', 'review = "yearly"', "statements[0]", "review"),
        ('basis = "contract"', 'basis = "habit"', "purposes.customer_relationship", "basis"),
        ('basis = "contract"', "", "purposes.customer_relationship", "basis"),
        ('basis = "contract"', 'basis = "consent"', "purposes.customer_relationship", "consent"),
        (
            'basis = "contract"',
            'basis = "contract"\nconsent = "all"',
            "purposes.customer_relationship",
            "consent",
        ),
        ("[purposes.raffles]", "[purposes.Raffles]", "purposes.Raffles", ""),
        ("[categories.birth]", "[categories.horoscope]", "categories", "horoscope"),
        ('purposes = ["customer_relationship"]\n', "", "categories.identity", "purposes"),
        (
            '["customer_relationship", "newsletter"]',
            '["customer_relationship", "fun"]',
            "categories.contact",
            "purposes",
        ),
        (f"keep     = [{IDENTITY}]", "", "categories.identity", "keep"),
        (f"keep     = [{IDENTITY}]", "keep = []", "categories.identity", "keep"),
        (f"keep     = [{IDENTITY}]", 'keep = ["P1Y"]', "categories.identity", "keep"),
        ('for = "P1Y"', 'for = "1 year"', "categories.identity.keep[0]", "for"),
        ('for = "P1Y"', 'for = "kpl_2_10_2"', "categories.identity.keep[0]", "for"),
        ('"last_activity"', '"last_moon"', "categories.identity.keep[0]", "counted_from"),
        ('then = "erase"', 'then = "keep"', "categories.identity.keep[0]", "then"),
        ('then = "erase"', 'then = "anonymise"', "categories.identity.keep[0]", "then"),
        ('then = "erase"', 'then = "detach"', "categories.identity.keep[0]", "then"),
        (', because = "oma valinta"', "", "categories.identity.keep[0]", "because"),
        ('"last_activity"', '"account_closed"', "categories.identity", "keep"),
        ('"12-31"', '"31.12."', "bookkeeping", "financial_year_ends"),
        ('"12-31"', '"02-30"', "bookkeeping", "financial_year_ends"),
        ('professional = "no"', 'professional = "maybe"', "health", "professional"),
        ('"yearly 01-15"', '"sometimes"', "retention", "runs"),
        ('["booking", "visit", "purchase", "login"]', "[]", "retention", "activity"),
        ('["booking", "visit", "purchase", "login"]', '["sauna"]', "retention", "activity"),
        ('["booking", "visit", "purchase", "login"]', "[{}]", "retention", "activity"),
        ('["booking", "visit", "purchase", "login"]', "[[], 1, true]", "retention", "activity"),
        ('"legal_claim", ', "{ a = [] }, ", "retention", "holds"),
        ('# fresh_for = "P2D" ', 'fresh_for = "P0D" #', "retention", "fresh_for"),
        ('expires          = "P7D"', 'expires = "P0D"', "approval", "expires"),
        ('quarantine    = "P14D"', 'quarantine = "P0D"', "own_records", "quarantine"),
        ('evidence      = "P10Y"', 'evidence = "P0D"', "own_records", "evidence"),
        ('["booking", "visit", "purchase", "login"]', '"visit"', "retention", "activity"),
        ('"legal_claim", ', '"a_feeling", ', "retention", "holds"),
        ("applies                = true", 'applies = "yes"', "door_customer", "applies"),
        ('"1 per month"', '"monthly"', "marketing.max_frequency", "newsletter"),
        ('"1 per month"', '"1 per P0D"', "marketing.max_frequency", "newsletter"),
        ("{ newsletter =", "{ gossip =", "marketing.max_frequency", "gossip"),
        ('max_frequency = { newsletter = "1 per month" }', "max_frequency = 1", "marketing", "max_frequency"),
        ('unrecorded    = "ask"', 'unrecorded = "leave"', "marketing", "unrecorded"),
        (
            'unrecorded    = "ask"',
            'unrecorded = "ask"\nreconfirm_after = "2 years"',
            "marketing",
            "reconfirm_after",
        ),
        ('"known_contact"', '"mind_reading"', "requests", "identity"),
        ("copies_per_year = 2", "copies_per_year = -1", "requests", "copies_per_year"),
        ("copies_per_year = 2", "copies_per_year = true", "requests", "copies_per_year"),
        ('"erasure_request"', '"nothing"', "requests", "account_closed"),
        ('erase            = "owner"', 'erase = "nobody"', "approval", "erase"),
        ('"25%"', '"a quarter"', "approval", "mass_limit"),
        ('"25%"', '"0%"', "approval", "mass_limit"),
        ('"25%"', '"101%"', "approval", "mass_limit"),
        ('"while_needed"', '"for ever"', "own_records", "suppression"),
        ("[health]", "[heallth]", "", "heallth"),
    ],
)
def test_what_is_wrong_is_said_with_table_and_key(old: str, new: str, table: str, key: str) -> None:
    found = errors((old, new))
    assert (table, key) in {(error.table, error.key) for error in found}
    assert all(error.message and error.right for error in found)


def test_every_error_is_said_at_once_with_its_line() -> None:
    found = errors(
        ("2000003-2", "2000003-3"), ('"yearly 01-15"', '"sometimes"'), ('"last_activity"', '"moon"')
    )
    assert [(error.key, BODY.splitlines()[(error.line or 0) - 1].split()[0]) for error in found] == [
        ("business_id", "business_id"),
        ("counted_from", "keep"),
        ("runs", "runs"),
    ]


def test_the_line_of_an_element_is_that_of_the_element() -> None:
    both = f"[\n  {IDENTITY},\n  {IDENTITY.replace('P1Y', 'soon')},\n]"
    (error,) = errors((f"[{IDENTITY}]", both))
    assert error.table == "categories.identity.keep[1]"
    assert "soon" in changed((f"[{IDENTITY}]", both)).decode().splitlines()[(error.line or 0) - 1]


def test_a_list_that_breaks_before_its_key_still_has_a_line() -> None:
    (error,) = errors((f"[{IDENTITY}]", f"[\n  # a comment with {{\n\n  {IDENTITY.replace('P1Y', 'soon')}]"))
    assert error.line is not None


def test_a_special_category_needs_a_basis_of_its_own() -> None:
    health = (
        f'[categories.health]\npurposes = ["customer_relationship"]\nkeep = [{IDENTITY}]\n\n[bookkeeping]'
    )
    (error,) = errors(("[bookkeeping]", health))
    assert (error.table, error.key) == ("purposes.customer_relationship", "special_basis")


def test_entries_that_go_one_by_one_can_only_be_erased() -> None:
    old = f'[categories.visits]\npurposes = ["customer_relationship"]\nkeep     = [{IDENTITY}]'
    new = old.replace("last_activity", "each_entry").replace('then = "erase"', 'then = "anonymise"')
    (error,) = errors((old, new))
    assert error.key == "then"


def test_a_policy_that_holds_nothing_is_no_policy() -> None:
    start, end = BODY.index("[categories.identity]"), BODY.index("[bookkeeping]")
    body = BODY[:start] + "[categories]\n" + BODY[end:]
    with pytest.raises(PolicyErrors) as raised:
        read(body.encode())
    assert [error.key for error in raised.value.errors] == ["categories"]


def test_what_is_no_table_is_said() -> None:
    assert ("", "health") in {
        (e.table, e.key)
        for e in errors(
            ("[health]\nprofessional", "[other]\nx"), ("policy         = 1", "policy = 1\nhealth = 3")
        )
    }


@pytest.mark.parametrize(
    "body",
    [
        b"\xff",
        b"a\nb\xc3\x28",
        b"policy = ",
        b"policy = 1\npolicy = 1",
        b"a = [" * 5000,
        b"[[[",
        b'x = """\n',
    ],
)
def test_what_is_no_toml_is_one_error_with_a_line(body: bytes) -> None:
    with pytest.raises(PolicyErrors) as raised:
        read(body)
    (error,) = raised.value.errors
    assert error.line is not None
    assert error.line >= 1


def test_an_empty_file_lacks_everything_and_says_so() -> None:
    with pytest.raises(PolicyErrors, match="errors in the policy file") as raised:
        read(b"")
    assert {"policy", "controller", "purposes", "categories", "approval"} <= {
        e.key for e in raised.value.errors
    }


@given(st.binary(max_size=200))
def test_no_bytes_give_anything_but_policy_errors(body: bytes) -> None:
    with pytest.raises(PolicyErrors):
        read(body)


@given(st.data())
def test_a_damaged_file_gives_a_policy_or_policy_errors(data: st.DataObject) -> None:
    body = BODY.encode()
    at = data.draw(st.integers(0, len(body) - 1))
    cut = data.draw(st.integers(0, 30))
    patch = data.draw(st.sampled_from([b"", b'"', b"[", b"]", b"=", b"\n", b"1", b"{", b"\xff", b"#", b"'"]))
    damaged = body[:at] + patch + body[at + cut :]
    found = policy_or_errors(damaged)
    assert found
    assert not isinstance(found, Policy) or found.digest == hashlib.sha256(damaged).hexdigest()


def test_a_kind_that_is_not_named_needs_the_owner() -> None:
    assert not YEARLY.approval.is_automatic(JobKind.RESTRICT)
    assert YEARLY.approval.is_automatic(JobKind.MARKETING_OFF)
    automatic = read(changed(('erase            = "owner"', 'erase = "automatic"')))
    assert automatic.approval.is_automatic(JobKind.ERASE)
    assert (YEARLY.approval.erases_by_itself, automatic.approval.erases_by_itself) == (False, True)


def test_suppression_may_have_a_period() -> None:
    policy = read(changed(('"while_needed"', '"P10Y"')))
    assert policy.own_records.suppression == Period(months=120)


def test_a_frequency_may_count_in_any_period() -> None:
    policy = read(changed(('"1 per month"', '"3 per P14D"')))
    assert policy.marketing.max_frequency[Purpose.NEWSLETTER] == Frequency(3, Period(days=14))
