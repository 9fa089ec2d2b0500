"""The pretend booking system speaks the contract, row by row of its section 2."""

from collections.abc import Iterator

import pytest

from connector.pretend import EVERYTHING
from connector.pretend.salon import EVENT_TYPES
from tests.connector.pretend_world import World, pretending

pytestmark = pytest.mark.journey  # over real HTTP


@pytest.fixture
def booking() -> Iterator[World]:
    with pretending() as made:
        yield made


# ---- the token -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["", "pretend-token", "Bearer wrong", "Bearer pretend-tokenx", "Bearer ä"])
def test_without_the_token_nothing_is_answered(booking: World, said: str) -> None:
    answer = booking.call("GET", "/clients", headers={"Authorization": said.encode()})
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")


# ---- reading -------------------------------------------------------------------------------------------


def test_the_list_gives_everybody_once_whatever_the_page(booking: World) -> None:
    expected = sorted(booking.system.register.records)
    for limit in ("1", "7", str(len(expected) - 1), str(len(expected)), "500"):
        if limit == "1":  # one by one takes long: the first pages are enough
            page = booking.call("GET", "/clients", params={"limit": limit}).json()
            assert [client["id"] for client in page["clients"]] == expected[:1]
            continue
        assert [client["id"] for client in booking.all_clients(limit=limit)] == expected


def test_the_list_since_a_moment_gives_those_that_changed_then_or_later(booking: World) -> None:
    client = booking.system.cast.regulars[0]
    booking.call("PUT", f"/clients/{client}/marketing", json={"sms": False})
    since = booking.clock.at.isoformat()
    assert [found["id"] for found in booking.all_clients(updated_since=since)] == [client]
    assert booking.all_clients(updated_since="2026-11-24T12:00:00.001+00:00") == []


@pytest.mark.parametrize(
    "query",
    [
        *({"limit": limit} for limit in ("0", "501", "-1", "many", "")),
        *({"cursor": cursor} for cursor in ("x", "%00", "Iw==", "4pi6")),
        *({"updated_since": moment} for moment in ("yesterday", "2026-01-01", "2026-01-01T00:00:00")),
    ],
)
def test_a_query_that_makes_no_sense_is_refused(booking: World, query: dict[str, str]) -> None:
    assert booking.call("GET", "/clients", params=query).status_code == 400


def test_one_client_is_told_as_in_events_with_its_revision(booking: World) -> None:
    client = booking.system.cast.open_invoice
    answer = booking.call("GET", f"/clients/{client}")
    told = answer.json()
    assert (told["id"], told["open_invoices"]) == (client, 1)
    assert answer.headers["ETag"] == f'"{told["revision"]}"'
    assert "billing" in told["categories"]
    assert told["oldest_entry"].keys() <= set(told["categories"])


def test_who_never_was_is_404_and_who_was_deleted_is_410(booking: World) -> None:
    gone = next(iter(booking.system.register.gone))
    assert booking.call("GET", "/clients/nobody").status_code == 404
    assert booking.call("GET", f"/clients/{gone}").status_code == 410
    assert booking.call("DELETE", f"/clients/{gone}").status_code == 410


def test_the_export_holds_every_category_that_the_client_has(booking: World) -> None:
    client = booking.system.cast.old_health_notes[0]
    told = booking.call("GET", f"/clients/{client}").json()
    held = booking.call("GET", f"/clients/{client}/export").json()["categories"]
    assert sorted(held) == told["categories"]
    assert held["identity"] == {"name": told["name"]}
    assert {entry["text"] for entry in held["health"]} == {"Herkkä päänahka, testaa väri ensin."}


# ---- writing -------------------------------------------------------------------------------------------


def test_a_correction_needs_the_revision_that_was_read(booking: World) -> None:
    path = f"/clients/{booking.system.cast.regulars[0]}"
    revision = booking.call("GET", path).json()["revision"]
    change = {"name": "Uusi Nimi"}
    assert booking.call("PATCH", path, json=change).status_code == 428
    assert (
        booking.call("PATCH", path, json=change, headers={"If-Match": str(revision - 1)}).status_code == 412
    )
    answer = booking.call("PATCH", path, json=change, headers={"If-Match": str(revision)})
    assert (answer.status_code, answer.json()["name"], answer.json()["revision"]) == (
        200,
        "Uusi Nimi",
        revision + 1,
    )
    assert booking.call("PATCH", path, json=change, headers={"If-Match": f'"{revision}"'}).status_code == 412


def test_only_the_switches_that_are_named_are_set(booking: World) -> None:
    client = booking.system.cast.unrecorded[0]
    booking.call("PUT", f"/clients/{client}/marketing", json={"email": False})
    assert booking.call("GET", f"/clients/{client}").json()["marketing"] == {"email": False, "sms": True}


def test_a_restriction_is_set_and_lifted(booking: World) -> None:
    path = f"/clients/{booking.system.cast.regulars[0]}"
    for is_restricted in (True, False):
        booking.call("PUT", f"{path}/restriction", json={"restricted": is_restricted})
        assert booking.call("GET", path).json()["restricted"] is is_restricted


def test_an_anonymised_client_keeps_what_was_named_and_nothing_that_identifies(booking: World) -> None:
    client = booking.system.cast.receipts[0]
    answer = booking.call("POST", f"/clients/{client}/anonymise", json={"keep": ["billing"]})
    told = booking.call("GET", f"/clients/{client}").json()
    assert answer.status_code == 200
    assert told["categories"] == ["billing"]
    assert [told[key] for key in ("name", "email", "phone", "birth_date", "address")] == [None] * 5
    assert told["has_account"] is False
    assert not any(told["marketing"].values())


def test_a_category_is_erased_alone(booking: World) -> None:
    client = booking.system.cast.old_health_notes[0]
    before = booking.call("GET", f"/clients/{client}").json()["categories"]
    answer = booking.call("DELETE", f"/clients/{client}/categories/health")
    assert (answer.status_code, answer.content) == (204, b"")
    after = booking.call("GET", f"/clients/{client}").json()["categories"]
    assert set(before) - set(after) == {"health"}


def test_entries_older_than_a_day_go_and_that_days_own_stay(booking: World) -> None:
    client = booking.system.cast.old_health_notes[0]
    days = sorted(
        entry["at"][:10]
        for entry in booking.call("GET", f"/clients/{client}/export").json()["categories"]["health"]
    )
    booking.call("DELETE", f"/clients/{client}/categories/health", params={"before": days[1]})
    left = booking.call("GET", f"/clients/{client}/export").json()["categories"]["health"]
    assert sorted(entry["at"][:10] for entry in left) == days[1:]


def test_an_erased_client_is_gone_and_the_others_stay(booking: World) -> None:
    client, others = booking.system.cast.door[0], set(booking.system.register.records)
    assert booking.call("DELETE", f"/clients/{client}").status_code == 204
    assert booking.call("GET", f"/clients/{client}").status_code == 410
    assert set(booking.system.register.records) == others - {client}


def test_receipts_that_bookkeeping_law_keeps_are_not_erased(booking: World) -> None:
    client = booking.system.cast.receipts[0]
    assert booking.call("DELETE", f"/clients/{client}").status_code == 409
    assert booking.call("DELETE", f"/clients/{client}/categories/billing").status_code == 409
    assert booking.call("POST", f"/clients/{client}/anonymise", json={"keep": []}).status_code == 409
    assert "billing" in booking.call("GET", f"/clients/{client}").json()["categories"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PATCH", "", {"revision": "9"}, 400),
        ("PATCH", "", {"name": 1}, 400),
        ("PATCH", "", {}, 400),
        ("PUT", "/marketing", {"pigeon": True}, 400),
        ("PUT", "/marketing", {"email": "no"}, 400),
        ("PUT", "/marketing", [], 400),
        ("PUT", "/restriction", {"restricted": 1}, 400),
        ("PUT", "/restriction", {}, 400),
        ("POST", "/anonymise", {"keep": "billing"}, 400),
        ("POST", "/anonymise", {"keep": ["everything"]}, 400),
        ("POST", "/anonymise", None, 400),
        ("DELETE", "/categories/everything", None, 404),
        ("DELETE", "/categories/health?before=soon", None, 400),
        ("DELETE", "/categories/identity?before=2026-01-01", None, 400),
        ("POST", "", None, 405),
    ],
)
def test_a_write_that_makes_no_sense_is_refused_and_changes_nothing(
    booking: World, method: str, path: str, body: object, status: int
) -> None:
    client = booking.system.cast.regulars[0]
    before = booking.call("GET", f"/clients/{client}").json()
    answer = booking.call(method, f"/clients/{client}{path}", json=body, headers={"If-Match": "1"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert booking.call("GET", f"/clients/{client}").json() == before


# ---- once only -----------------------------------------------------------------------------------------


def test_a_repeated_key_is_answered_as_before_and_nothing_is_done_twice(booking: World) -> None:
    client = booking.system.cast.door[0]
    first = booking.call("DELETE", f"/clients/{client}", key="1.1.1")
    booking.system.bring_back(client)
    again = booking.call("DELETE", f"/clients/{client}", key="1.1.1")
    assert (first.status_code, again.status_code) == (204, 204)
    assert client in booking.system.register.records


def test_another_key_or_another_client_is_another_call(booking: World) -> None:
    one, other, *_ = booking.system.cast.door
    booking.call("DELETE", f"/clients/{one}", key="1.1.1")
    assert booking.call("DELETE", f"/clients/{other}", key="1.1.1").status_code == 204
    assert booking.call("DELETE", f"/clients/{one}", key="1.2.1").status_code == 410
    assert {one, other} <= set(booking.system.register.gone)


def test_a_refusal_is_repeated_as_well(booking: World) -> None:
    client = booking.system.cast.receipts[0]
    booking.call("DELETE", f"/clients/{client}", key="1.1.1")
    booking.system.register.records[client].entries.pop("billing")
    assert booking.call("DELETE", f"/clients/{client}", key="1.1.1").status_code == 409


# ---- abilities -----------------------------------------------------------------------------------------


def test_it_tells_what_it_can(booking: World) -> None:
    told = booking.call("GET", "/capabilities").json()
    assert (told["contract"], told["calls"]) == (1, sorted(EVERYTHING))
    assert told["events"] == list(EVENT_TYPES)


def test_level_one_lists_reads_and_erases_and_knows_no_more() -> None:
    with pretending(can=None) as booking:
        client = booking.system.cast.door[0]
        assert booking.call("GET", "/capabilities").status_code == 404
        assert booking.call("PUT", f"/clients/{client}/marketing", json={"email": False}).status_code == 404
        assert booking.call("GET", "/clients").status_code == 200
        assert booking.call("DELETE", f"/clients/{client}").status_code == 204


def test_a_call_that_was_taken_away_is_gone_and_told_so() -> None:
    with pretending(can=EVERYTHING - {"anonymise"}) as booking:
        client = booking.system.cast.door[0]
        assert booking.call("POST", f"/clients/{client}/anonymise", json={}).status_code == 404
        assert "anonymise" not in booking.call("GET", "/capabilities").json()["calls"]
