"""Finding a customer: by number, telephone or e-mail; and lists of those of whom something is held or has changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from connector import contacts_found, database, mirror_returned, plan_listing
from connector.console import here, names, pages, switching
from connector.console.questions import Question
from policies.explain import SENTENCES
from policies.holds import HandKind

HELD, NEXT = "held", "next"
#: so many of those who are judged next are listed: after a purge day it may be everybody
LONGEST = 250


@dataclass(frozen=True)
class Row:
    """A customer of a list, and why, as sentences."""

    client: str
    because: tuple[str, ...] = ()


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/customers")(show_customers)
    bp.post("/customers")(find_customer)


def show_customers() -> ResponseReturnValue:
    """The search, with the lists; or one of the lists, page by page."""
    wanted = request.args.get("list", "")
    return _list(wanted) if wanted in {HELD, NEXT} else _page()


def find_customer() -> ResponseReturnValue:
    """To the one customer who was found; where it may be several, all of them. What was typed is kept nowhere."""
    switching.refuse_another_salon()
    program, account = here.program(), here.salon().account
    typed = request.form.get("who", "")
    with database.read(program.engine) as db:
        found = contacts_found.find(db, account, typed)
    if len(found) == 1:
        return redirect(url_for("console.show_client", key=account.keys.link_of(found[0])), 303)
    if not found:
        return _page(typed=typed[: contacts_found.LONGEST], is_missing=True), 404
    page = pages.of(found, "1")
    return render_template(
        "customers_found.html",
        found=page.shown,
        more=len(found) - len(page.shown),
        names=names.of(program, account, page.shown),
    )


def _page(*, typed: str = "", is_missing: bool = False) -> str:
    salon, now = here.salon(), here.now()
    slug = salon.account.slug
    with database.read(here.program().engine) as db:
        held = plan_listing.held_count(db, slug)
        asked = plan_listing.asked(db, slug)
        soon = plan_listing.next_judged(db, slug, salon.today(now), most=LONGEST + 1)
        returned = mirror_returned.count(db, salon.account)
    return render_template(
        "customers.html",
        typed=typed,
        is_missing=is_missing,
        held=held,
        soon=min(len(soon), LONGEST),
        is_more=len(soon) > LONGEST,
        asked=_asked(asked),
        returned=returned,
    )


def _list(wanted: str) -> str:
    program, salon = here.program(), here.salon()
    slug = salon.account.slug
    with database.read(program.engine) as db:
        rows = (
            [
                Row(one.client, tuple(dict.fromkeys(map(_why, one.because))))
                for one in plan_listing.held(db, slug)
            ]
            if wanted == HELD
            else [
                Row(client)
                for client in plan_listing.next_judged(db, slug, salon.today(here.now()), most=LONGEST)
            ]
        )
    page = pages.of(rows, request.args.get("page", "1"))
    told = names.of(program, salon.account, [row.client for row in page.shown])
    return render_template("customers_list.html", wanted=wanted, page=page, names=told)


def _asked(counts: dict[str, int]) -> Sequence[tuple[str, str, int]]:
    """What is asked: reason word, what is not known (a msgid), of how many."""
    return [(because, Question(because, count).text, count) for because, count in counts.items()]


def _why(because: str) -> str:
    """A hold's reason, as a msgid."""
    return SENTENCES.get(because, SENTENCES[HandKind.OTHER])
