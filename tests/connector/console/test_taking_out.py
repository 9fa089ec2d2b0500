"""Some are taken out of a group before the rest of it is approved: what was ticked stays ticked, and is not decided."""

import re
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from connector.states import State
from tests.connector.booking import Story, record
from tests.connector.console.visitor import Person, Visitor, form_of, text_of


@pytest.fixture
def group(story: Story) -> list[UUID]:
    """Five who are due for the same reason, in the order in which the list shows them."""
    return due(story, 5)


def due(story: Story, count: int) -> list[UUID]:
    """So many of them."""
    clients = [f"c-{number:02d}" for number in range(count)]
    story.there_is(*(record(client, name=f"Nimi {client}") for client in clients))
    for client in clients:
        story.job_for(client)
    return [one.job for one in story.listed()]


def key_of(browser: Visitor) -> str:
    """The group that the queue leads to."""
    found = re.search(r'href="/approve\?group=([^"#]+)"', browser.get("/").get_data(as_text=True))
    assert found is not None
    return found[1]


def sort(browser: Visitor, page: TestResponse, to: str, *ticked: UUID) -> TestResponse:
    """Press a button of the list, with these ticked."""
    form = form_of(page, "/jobs") | {"to": to}
    return browser.post("/jobs", **form, out=" ".join(one.hex for one in ticked))


def aside(story: Story) -> set[UUID]:
    """Who is taken out."""
    return {one.job for one in story.listed() if one.is_aside}


def word(browser: Visitor, page: TestResponse, said: str, **more: str) -> TestResponse:
    """Send the form of a group's own page."""
    return browser.post("/approve", **(form_of(page, "/approve") | {"word": said} | more))


def test_who_is_ticked_on_one_page_is_still_out_on_the_next_and_nobody_is_skipped(
    story: Story, logged_in: Visitor
) -> None:
    group = due(story, 27)
    key = key_of(logged_in)
    first = logged_in.get(f"/jobs?group={key}")
    answer = sort(logged_in, first, "on", group[0], group[24])
    assert (answer.status_code, answer.location) == (303, f"/jobs?group={key}&page=2")
    second = logged_in.get(answer.location)
    assert "Sivu 2/2 · 2 otettu pois" in text_of(second)
    assert form_of(second, "/jobs")["shown"].split() == [one.hex for one in group[25:]]
    back = sort(logged_in, second, "back", group[26])
    shown = logged_in.get(back.location)
    assert aside(story) == {group[0], group[24], group[26]}
    assert shown.get_data(as_text=True).count(" checked>") == 2
    assert "Poistot: 24 asiakasta" in text_of(shown)


def test_a_group_is_approved_without_those_taken_out_who_wait_as_a_group_of_their_own(
    story: Story, logged_in: Visitor, owner: Person, group: list[UUID]
) -> None:
    key = key_of(logged_in)
    answer = sort(logged_in, logged_in.get(f"/jobs?group={key}"), "approval", *group[:2])
    page = logged_in.get(answer.location)
    assert "Hyväksy 3 poistoa" in text_of(page)
    assert "2 on otettu pois, ja he odottavat omana joukkonaan." in text_of(page)
    assert word(logged_in, page, "approve", code=owner.next_code()).location == "/?approved=3"
    assert {story.state(one) for one in group[2:]} == {State.APPROVED}
    assert {story.state(one) for one in group[:2]} == {State.PROPOSED}
    assert "Otit pois: 2 asiakasta" in text_of(logged_in.get("/"))


@pytest.mark.parametrize("count", [1, 3])
def test_those_taken_out_are_refused_in_one_go_with_a_reason(
    story: Story, logged_in: Visitor, group: list[UUID], count: int
) -> None:
    key = key_of(logged_in)
    answer = sort(logged_in, logged_in.get(f"/jobs?group={key}"), "aside", *group[:count])
    page = logged_in.get(answer.location)
    if count == 1:  # a page of its own, as of everybody who stands alone
        page = logged_in.get(page.location)
    answer = word(logged_in, page, "reject", reason="He ovat perhettä.")
    assert answer.location == f"/?rejected={count}"
    assert [story.state(one) for one in group].count(State.REJECTED) == count
    assert "He ovat perhettä." in text_of(logged_in.get(f"/jobs/{group[0]}"))
    assert "Otit pois" not in text_of(logged_in.get("/"))


def test_two_taken_out_are_one_thing_to_decide_on(
    story: Story, logged_in: Visitor, group: list[UUID]
) -> None:
    key = key_of(logged_in)
    sort(logged_in, logged_in.get(f"/jobs?group={key}"), "stay", *group[:2])
    queue, other = logged_in.get("/"), logged_in.get("/night")
    assert "2 asiaa odottaa päätöstäsi" in text_of(queue)
    assert '<span class="n">2<' in other.get_data(as_text=True)


def test_who_is_ticked_no_more_is_back_and_all_can_be_put_back_at_once(
    story: Story, logged_in: Visitor, group: list[UUID]
) -> None:
    key = key_of(logged_in)
    sort(logged_in, logged_in.get(f"/jobs?group={key}"), "stay", *group[:3])
    sort(logged_in, logged_in.get(f"/jobs?group={key}"), "stay", group[1])
    assert aside(story) == {group[1]}
    answer = sort(logged_in, logged_in.get(f"/jobs?group={key}"), "put_back", group[1])
    assert aside(story) == set()
    assert "Hyväksy 5 poistoa" in text_of(logged_in.get(answer.location))


def test_a_page_that_was_opened_before_another_browser_sorted_undoes_nothing_of_it(
    story: Story, logged_in: Visitor, group: list[UUID]
) -> None:
    key = key_of(logged_in)
    old, new = logged_in.get(f"/jobs?group={key}"), logged_in.get(f"/jobs?group={key}")
    sort(logged_in, new, "stay", group[0])
    sort(logged_in, old, "stay", group[1])
    assert aside(story) == {group[0], group[1]}


def test_a_word_on_the_whole_group_does_not_reach_who_was_taken_out_meanwhile(
    story: Story, logged_in: Visitor, owner: Person, group: list[UUID]
) -> None:
    key = key_of(logged_in)
    page = logged_in.get(f"/approve?group={key}")
    sort(logged_in, logged_in.get(f"/jobs?group={key}"), "stay", group[0])
    form = form_of(page, "/approve") | {"word": "approve", "code": owner.next_code()}
    answer = logged_in.post("/approve", **form)
    assert answer.status_code == 409
    told = text_of(answer)
    assert "1 jäi tekemättä" in told
    assert "otettiin sillä välin pois joukosta" in told
    assert "Odottaa yhä päätöstäsi. Nimi" in told
    assert story.state(group[0]) is State.PROPOSED
    again = logged_in.post("/approve", **form)  # the page is loaded anew: the code is not asked for twice
    assert (again.status_code, again.location) == (303, "/?approved=4")


def test_when_all_of_them_are_taken_out_there_is_nothing_to_approve_but_those(
    story: Story, logged_in: Visitor, group: list[UUID]
) -> None:
    key = key_of(logged_in)
    answer = sort(logged_in, logged_in.get(f"/jobs?group={key}"), "stay", *group)
    page = text_of(logged_in.get(answer.location))
    assert "5 otettu pois" in page
    assert "Hyväksyntään" not in page
    assert logged_in.get(f"/approve?group={key}").status_code == 404
    assert "1 asia odottaa päätöstäsi" in text_of(logged_in.get("/"))


def test_the_page_of_one_customer_leads_back_to_the_group_and_takes_out_as_well(
    story: Story, logged_in: Visitor, group: list[UUID]
) -> None:
    key = key_of(logged_in)
    here = f"/jobs/{group[3]}?group={key}&page=2"
    page = logged_in.get(here)
    assert f'href="/jobs?group={key}&amp;page=2"' in page.get_data(as_text=True)
    assert sort(logged_in, page, "stay", group[3]).location == f"/jobs?group={key}&page=2"
    assert aside(story) == {group[3]}
    assert "Palauta joukkoon" in text_of(logged_in.get(here))
    sort(logged_in, logged_in.get(here), "stay")
    assert aside(story) == set()


def test_a_customers_page_believes_no_group_that_the_job_is_not_of(
    logged_in: Visitor, group: list[UUID]
) -> None:
    page = logged_in.get(
        f"/jobs/{group[0]}",
    ).get_data(as_text=True)
    for wrong in ("", "of-another", "<b>"):
        assert logged_in.get(f"/jobs/{group[0]}?group={wrong}&page=x").get_data(as_text=True) == page


def test_another_salons_owner_takes_nobody_out(
    story: Story, visitor: Visitor, owner: Person, other_owner: Person, group: list[UUID]
) -> None:
    visitor.log_in(owner)
    form = form_of(visitor.get(f"/jobs?group={key_of(visitor)}"), "/jobs") | {
        "to": "stay",
        "out": group[0].hex,
    }
    visitor.client.delete_cookie("ovikello")
    visitor.log_in(other_owner)
    assert visitor.post("/jobs", **form).status_code == 409
    assert visitor.post("/jobs", **(form | {"salon": "toinen"})).status_code == 303
    assert aside(story) == set()


def test_a_form_that_is_none_of_ours_changes_nothing_and_says_so(
    story: Story, logged_in: Visitor, group: list[UUID]
) -> None:
    form = {
        "salon": "aava",
        "group": key_of(logged_in),
        "to": "stay",
        "shown": group[0].hex,
        "out": group[0].hex,
    }
    for wrong in ({"to": ""}, {"to": "x"}, {"out": "nobody"}, {"shown": "\x00"}, {"was": "x"}):
        assert logged_in.post("/jobs", **(form | wrong)).status_code == 400
    assert aside(story) == set()


def test_a_page_that_is_no_number_leads_to_one_that_is_there(logged_in: Visitor, group: list[UUID]) -> None:
    form = {"salon": "aava", "group": key_of(logged_in), "to": "on"}
    for page in ("", "x", "-1", "0", "99999999", "²"):
        answer = logged_in.post("/jobs", **form, page=page)
        assert answer.status_code == 303
        assert logged_in.get(answer.location).status_code == 200


def test_what_was_decided_is_set_aside_no_more(
    story: Story, logged_in: Visitor, owner: Person, group: list[UUID]
) -> None:
    key = key_of(logged_in)
    sort(logged_in, logged_in.get(f"/jobs?group={key}"), "stay", group[0])
    page = logged_in.get(f"/jobs/{group[0]}")
    assert word(logged_in, page, "approve", code=owner.next_code()).location == "/?approved=1"
    assert aside(story) == set()
    sort(logged_in, logged_in.get(f"/jobs?group={key}"), "stay", group[0])  # not any more: it is on its way
    assert aside(story) == set()
