"""Who was erased and is told of again: the owner looks into the booking system, and says what is so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from connector import database, mirror_returned
from connector.console import here, names, pages, switching
from connector.mirror_returned import GONE, KEEP, OURS, Returned

_BETWEEN = "~"


@dataclass(frozen=True)
class Sort:
    """Those whom the same can be said of: erased here (`ours`), or deleted in the booking system."""

    word: str
    all: tuple[Returned, ...]


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/returned")(show_returned)
    bp.post("/returned")(say_what_is_so)


def show_returned() -> ResponseReturnValue:
    """Everybody who waits for an answer, those who were erased here apart from the others."""
    return _page()


def say_what_is_so() -> ResponseReturnValue:
    """One answer for those who were chosen; of whom something later was told meanwhile falls out."""
    switching.refuse_another_salon()
    word = request.form.get("answer", "")
    if word not in {KEEP, GONE}:
        raise NotFound
    chosen = [found for one in request.form.getlist("who") if (found := _read(one)) is not None]
    if not chosen:
        return _page(is_empty=True), 422
    program, account, now = here.program(), here.salon().account, here.now()
    with database.write(program.engine) as db:
        done = [
            mirror_returned.answer(db, account, key, word, now=now, told_after=at)
            for key, at in dict.fromkeys(chosen)
        ]
    if not any(done):
        return _page(is_changed=True), 409
    return redirect(url_for("console.show_returned", said=sum(done)), 303)


def name_of(one: Returned) -> str:
    """What a form says of one: its keyed name, and up to when something was told of it."""
    return f"{one.client_key}{_BETWEEN}{one.told_after.isoformat()}"


def _page(*, is_empty: bool = False, is_changed: bool = False) -> str:
    program, account = here.program(), here.salon().account
    with database.read(program.engine) as db:
        found = mirror_returned.listed(db, account)
    page = pages.of(_in_order(found), request.args.get("page", "1"))
    return render_template(
        "returned.html",
        page=page,
        sorts=_sorts(page.shown),
        count=len(found),
        name_of=name_of,
        names=names.of(program, account, [one.client for one in page.shown]),
        is_empty=is_empty,
        is_changed=is_changed,
        said=_said(),
    )


def _in_order(found: Sequence[Returned]) -> list[Returned]:
    return sorted(found, key=lambda one: one.by == OURS)


def _sorts(shown: Sequence[Returned]) -> list[Sort]:
    """The others first: only they can be taken back."""
    ours = tuple(one for one in shown if one.by == OURS)
    others = tuple(one for one in shown if one.by != OURS)
    return [sort for sort in (Sort("others", others), Sort("ours", ours)) if sort.all]


def _read(value: str) -> tuple[str, datetime] | None:
    """A name that a form of ours has said; None for anything else."""
    key, _, at = value.partition(_BETWEEN)
    if len(key) != 64 or not set(key) <= set("0123456789abcdef"):  # PostgreSQL refuses a NUL
        return None
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return (key, moment) if moment.tzinfo is not None else None


def _said() -> int | None:
    """How many the last answer was about, as the redirect after it says."""
    count = request.args.get("said", "")
    return int(count) if count.isascii() and count.isdigit() and len(count) < 8 else None
