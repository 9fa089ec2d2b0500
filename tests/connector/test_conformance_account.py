"""The conformance kit against an account: each check has a system that fails it, and no other check fails by that."""

from dataclasses import replace

import pytest

from connector import conformance_account
from connector.conformance_report import Report
from tests.connector.level_one import Answer, LevelOne
from tests.connector.level_one_called import wire_of


def checked(system: LevelOne, *erase: str) -> Report:
    """What the kit says of a system, which it calls in this process."""
    return Report("standard", conformance_account.check(wire_of(system), *erase))


class TellsNothing(LevelOne):
    """Its capabilities are no answer of the contract."""

    def capabilities(self) -> Answer:
        """Something else."""
        return 200, {"calls": ["list", "read"]}


class CannotRead(LevelOne):
    """It says itself that it cannot do level 1."""

    def capabilities(self) -> Answer:
        """Of three calls two."""
        return 200, {"contract": 1, "calls": ["list", "erase"], "events": []}


class LetsEverybodyIn(LevelOne):
    """It does not look at the token."""

    def lets_in(self, authorization: str | None) -> bool:
        """Come in."""
        return True


class Repeats(LevelOne):
    """The first of a page is the last of the page before."""

    def page(self, cursor: str, limit: int) -> Answer:
        """Each page but the first begins one too early."""
        status, body = super().page(cursor, limit)
        if cursor in self.clients:
            body["clients"].insert(0, self.clients[cursor])
        return status, body


class LeadsToItself(LevelOne):
    """The cursor of the second page leads to the second page."""

    def page(self, cursor: str, limit: int) -> Answer:
        """The first pages, for ever."""
        status, body = super().page(cursor, limit)
        return status, body | {"next_cursor": cursor or body["next_cursor"]}


class NeverEnds(LevelOne):
    """There is always another page, and nobody on it."""

    def page(self, cursor: str, limit: int) -> Answer:
        """Cursors that grow."""
        status, body = super().page(cursor if cursor.startswith("c") else "x" if cursor else "", limit)
        return status, body | {"next_cursor": body["next_cursor"] or f"x{cursor}"}


class Unreadable(LevelOne):
    """A listed client cannot be read: the system answers 404."""

    def read(self, client: str) -> Answer:
        """Of this one it knows nothing."""
        return (404, None) if client == "c-1" else super().read(client)


class AnswersAboutAnother(LevelOne):
    """Whoever is asked for, the answer is about the first one."""

    def read(self, client: str) -> Answer:
        """Another record."""
        status, body = super().read(client)
        return (status, self.clients["c-3"]) if client == "c-10" else (status, body)


class KnowsNobody(LevelOne):
    """Who never was is answered as an error of the server's."""

    def read(self, client: str) -> Answer:
        """500 for whom it does not find."""
        status, body = super().read(client)
        return (500 if status == 404 else status), body


class RefusesToErase(LevelOne):
    """It cannot erase."""

    def erase(self, client: str, key: str | None) -> Answer:
        """Not now, and not later."""
        return 403, None


class Lies(LevelOne):
    """It answers an erasure as done, and does nothing."""

    def erase(self, client: str, key: str | None) -> Answer:
        """Done, it says."""
        return 204, None


class BreaksAtTheSecond(LevelOne):
    """Who asks for an erasure again is answered 500."""

    def erase(self, client: str, key: str | None) -> Answer:
        """The first one is well, and so is one with the same key."""
        is_new = client in self.gone and key not in self.answered
        return (500, None) if is_new else super().erase(client, key)


class SaysNothingOfWhatItHolds(LevelOne):
    """Its records have no categories."""

    def __init__(self) -> None:
        super().__init__()
        for record in self.clients.values():
            del record["categories"]


class CallsAnIdByAnotherName(LevelOne):
    """As its maker understood the one example of an event."""

    def __init__(self) -> None:
        super().__init__()
        self.clients = {
            client: {"client_id" if name == "id" else name: value for name, value in record.items()}
            for client, record in self.clients.items()
        }


class NamesARecordOtherwise(LevelOne):
    """Right in the list, and not where one record is read."""

    def read(self, client: str) -> Answer:
        """With a revision that is none."""
        status, body = super().read(client)
        return status, body and body | {"revision": "Maija"}


class CountsRows(LevelOne):
    """Its cursor counts rows, so that everybody moves up when somebody goes."""

    def page(self, cursor: str, limit: int) -> Answer:
        """So many rows on."""
        start, ids = int(cursor or 0), sorted(self.clients)
        is_last = start + limit >= len(ids)
        clients = [self.clients[client] for client in ids[start : start + limit]]
        return 200, {"clients": clients, "next_cursor": None if is_last else str(start + limit)}


class ForgetsTheGone(LevelOne):
    """Who was deleted is answered 404, as whoever never was."""

    def read(self, client: str) -> Answer:
        """Nothing is remembered."""
        status, body = super().read(client)
        return (404 if status == 410 else status), body


class ForgetsKeys(LevelOne):
    """A repeat is done again, whatever its key."""

    def erase(self, client: str, key: str | None) -> Answer:
        """As if nothing had come before."""
        self.answered.clear()
        return super().erase(client, key)


class WalksUp(LevelOne):
    """One of its clients is called by two dots."""

    def __init__(self) -> None:
        super().__init__()
        self.clients = {"..": self.clients["c-1"] | {"id": ".."}} | self.clients


#: what is wrong with a system → the check that must not hold, and what is said of it
WRONG: list[tuple[type[LevelOne], str, str]] = [
    (TellsNothing, "capabilities", "capabilities, status 200"),
    (CannotRead, "capabilities", "it cannot list or read clients"),
    (LetsEverybodyIn, "wrong_token", "a wrong token was answered 200"),
    (Repeats, "pages", "somebody is listed twice"),
    (LeadsToItself, "pages", "a page leads to itself"),
    (NeverEnds, "pages", "no end after 500 pages"),
    (Unreadable, "reading", "who is listed is answered as gone"),
    (NamesARecordOtherwise, "reading", "a record cannot be read at revision"),
    (SaysNothingOfWhatItHolds, "held", "a record does not tell its categories"),
    (CountsRows, "cursor", "somebody was passed over: the cursor counts rows"),
    (AnswersAboutAnother, "reading", "the answer is about another one"),
    (KnowsNobody, "nobody", "nobody was answered 500"),
    (RefusesToErase, "erasing", "an erasure was answered 403"),
    (Lies, "erasing", "who was erased can still be read"),
    (BreaksAtTheSecond, "erasing", "a second erasure was answered 500"),
]


#: what is worth less than it should be → the check that says so, and how
WEAK: list[tuple[type[LevelOne], str, str]] = [
    (ForgetsTheGone, "gone", "it was 404, which is believed only where"),
    (ForgetsKeys, "same_answer", "it was 204, and then 410"),
    (WalksUp, "reading", "of some clients the id leads elsewhere"),
]


@pytest.mark.parametrize(("kind", "check", "why"), WRONG, ids=[one[0].__name__ for one in WRONG])
def test_what_is_wrong_with_a_system_is_said_by_name_and_nothing_else_is(
    kind: type[LevelOne], check: str, why: str
) -> None:
    report = checked(kind(), "c-11")
    assert report.grade == "C"
    assert {one.trial: one.why for one in report.results if one.held is False} == {check: why}
    assert not [one.trial for one in report.results if one.weak]
    if check != "erasing":  # after which nobody is gone to look at
        assert all(one.held for one in report.results if one.trial != check), report.text()
    assert f"BROKEN  {check}" in report.text()


@pytest.mark.parametrize(("kind", "check", "why"), WEAK, ids=[one[0].__name__ for one in WEAK])
def test_what_is_worth_less_is_said_by_name_and_lowers_the_grade(
    kind: type[LevelOne], check: str, why: str
) -> None:
    report = checked(kind(), "c-11")
    assert report.grade == "B"
    (weak,) = [one for one in report.results if not one.held]
    assert (weak.trial, weak.weak, weak.why.startswith(why)) == (check, True, True), report.text()
    assert f"weak    {check}" in report.text()


def test_every_check_has_a_system_that_fails_it() -> None:
    assert {check for _, check, _ in WRONG + WEAK} == {one.trial for one in checked(LevelOne()).results}


def test_an_id_by_another_name_is_said_with_row_and_field_and_without_a_value() -> None:
    report = checked(CallsAnIdByAnotherName(), "c-4")
    broken = {one.trial: one.why for one in report.results if one.held is False}
    assert broken["pages"] == "the list cannot be read at clients[0].id (page), status 200"
    assert broken["erasing"] == "the record cannot be read: id"
    assert "posti.example" not in report.text()


def test_every_write_bears_a_key_and_only_a_repeat_the_same() -> None:
    system = LevelOne()
    checked(system, "c-4")
    first, repeat, again = (key for _, key in system.writes)
    assert first
    assert first == repeat != again


def test_an_account_without_clients_holds_nothing_that_could_not_be_tried() -> None:
    system = LevelOne()
    system.clients.clear()
    report = checked(system)
    untried = {one.trial: one.why for one in report.results if one.held is None}
    assert report.grade == "B"
    assert {untried[trial] for trial in ("pages", "reading", "held")} == {
        "not tried here, because nobody is listed"
    }


def test_a_client_whose_id_leads_elsewhere_is_never_called_about() -> None:
    system = WalksUp()
    report = checked(system, "..")
    broken = {one.trial: one.why for one in report.results if one.held is False}
    assert broken == {"erasing": "no call is ever made about a client of such an id: that is done by hand"}
    assert (system.writes, ".." in system.clients) == ([], True)


def test_a_dialect_without_a_call_that_erases_says_so_and_nothing_is_written() -> None:
    system = LevelOne()
    wire = wire_of(system)
    wire = replace(wire, account=replace(wire.account, dialect=replace(wire.account.dialect, erase=None)))
    results = {one.trial: one.why for one in conformance_account.check(wire, "c-11") if one.held is None}
    assert results["erasing"] == "not tried here, because no call of it erases"
    assert system.writes == []


def test_who_stands_on_the_last_page_shows_nothing_of_the_cursor_and_that_is_said() -> None:
    (cursor,) = [one for one in checked(LevelOne(), "c-9").results if one.trial == "cursor"]
    assert (cursor.held, "last page" in cursor.why) == (None, True)


@pytest.mark.parametrize("erase", [(), ("c-4",)])
def test_level_one_as_the_docs_have_it_holds(erase: tuple[str, ...]) -> None:
    system = LevelOne()
    report = checked(system, *erase)
    assert not [one for one in report.results if one.held is False], report.text()
    assert set(system.clients) == {f"c-{number}" for number in range(1, 17)} - set(erase)


def test_who_is_named_and_not_there_is_said_and_nobody_is_erased() -> None:
    system = LevelOne()
    report = checked(system, "c-99")
    assert [one.why for one in report.results if one.held is False] == ["there is no such client"]
    assert system.writes == []
