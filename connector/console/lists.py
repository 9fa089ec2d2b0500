"""Lists brought in from a phone or a laptop: chosen, shown as they are understood, taken.

Between the page that shows a list and the word that takes it, the browser carries it itself (lists_carried.py).
"""

from collections.abc import Mapping
from datetime import timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, NotFound

from connector import census_file, database, imports_remembered, imports_systems, imports_words, spreadsheets
from connector.census_file_taken import NO_VISITS, Taken
from connector.console import errors, here, lists_carried, lists_columns, lists_despite, switching
from connector.texts_words import N_
from webhooks.imports import columns, people
from webhooks.imports.columns import Column
from webhooks.imports.days import Calendar
from webhooks.imports.errors import UnreadableList
from webhooks.imports.fields import TELLS, Field, Kind
from webhooks.imports.sheet import Sheet

#: what a form may carry beside its own words (app.py): longer lists go by the command
LONGEST = 900 * 1024
#: no more than that of a workbook fits into a form, however well it is packed
_LONGEST_TEXT = 4 * LONGEST
_REFUSED_SHOWN = 50
_TWICE = N_("Two columns cannot be the same thing. Leave one of them out.")
_WHO = N_("Say which column has the customer's name or number.")
_DAY = N_("Say which column has the day.")
_LEFT = N_("You have moved to another booking system meanwhile. Export the list there, and choose that file.")
#: a list that was shown longer ago is not taken for today's
_GOOD_FOR = timedelta(hours=1)


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/import")(show_import)
    bp.post("/import")(read_list)
    bp.post("/import/take")(take_list)


def show_import() -> ResponseReturnValue:
    """Where a list is chosen, and when each kind last came."""
    return _choose()


def read_list() -> ResponseReturnValue:
    """Show how a list is understood; nothing of it is taken yet."""
    switching.refuse_another_salon()
    if here.salon().account.dialect.has_interface:
        return errors.settled(409)
    sent = request.files.get("file")
    data = sent.read() if sent is not None else b""
    if not data:
        return _choose(problem=here.words().gettext("Choose a file first.")), 422
    try:
        sheet = spreadsheets.sheet_of(data, longest=_LONGEST_TEXT)
    except UnreadableList as error:
        return _choose(problem=_unreadable(error.reason)), 422
    packed = lists_carried.pack(here.salon().account.keys, sheet, here.now())
    if len(packed) > LONGEST:
        return _choose(problem=_too_long()), 422
    kind = _kind(request.form.get("kind", "")) or columns.kind_of(sheet)
    with database.read(here.program().engine) as db:
        remembered = imports_remembered.columns(db, here.salon().account, kind)
    return _show(sheet, packed, kind, columns.guess(sheet, kind, remembered))


def take_list() -> ResponseReturnValue:
    """Take the list as it was shown, with what was changed in its columns; then say what became of it."""
    request.max_form_memory_size = request.max_content_length
    switching.refuse_another_salon()
    if here.salon().account.dialect.has_interface:
        return errors.settled(409)
    packed, kind = request.form.get("list", ""), _kind(request.form.get("kind", ""))
    if kind is None:
        raise BadRequest
    try:
        shown_at, sheet = lists_carried.unpacked(here.salon().account.keys, packed)
    except lists_carried.Left:
        return _choose(problem=here.words().gettext(_LEFT)), 422
    if here.now() > shown_at + _GOOD_FOR:
        return _choose(
            problem=here.words().gettext("That was more than an hour ago. Choose the file anew.")
        ), 422
    found = _as_said(sheet, kind, request.form)
    if "columns" in request.form:
        return _show(sheet, packed, kind, found)
    problem = _problem(kind, found)
    if problem is not None:
        return _show(sheet, packed, kind, found, problem=problem), 422
    policy = here.salon().policy
    if policy is None:
        raise NotFound
    taken = census_file.take(
        here.program(),
        here.salon().account,
        kind,
        found,
        people.read(sheet, found, kind, Calendar.at(here.now(), policy.time_zone)),
        zone=policy.time_zone,
        despite=lists_despite.read(request.form),
        owner=here.logged_in().owner,
    )
    return _taken(sheet, taken, packed, found), (200 if taken.is_taken else 409)


def _choose(*, problem: str | None = None) -> str:
    with database.read(here.program().engine) as db:
        came = imports_remembered.kinds(db, here.salon().account)
    return render_template(
        "import.html",
        came=came,
        kinds=imports_words.KINDS,
        problem=problem,
        systems=_systems(),
        ask=imports_systems.ASK,
    )


def _systems() -> list[imports_systems.System]:
    """The salon's own booking system, where it is one that is known by name; else all of them."""
    own = imports_systems.of(imports_systems.named_by(here.salon().policy))
    return list(imports_systems.SYSTEMS) if own is None else [own]


def _show(
    sheet: Sheet, packed: str, kind: Kind, found: tuple[Column, ...], *, problem: str | None = None
) -> str:
    return render_template(
        "import_columns.html",
        kind=kind,
        kinds=imports_words.KINDS,
        rows=len(sheet.rows),
        packed=packed,
        shown=lists_columns.shown(sheet, kind, found),
        groups=lists_columns.groups(kind),
        problem=problem,
    )


def _taken(sheet: Sheet, taken: Taken, packed: str, found: tuple[Column, ...]) -> str:
    return render_template(
        "import_taken.html",
        taken=taken,
        refused=taken.refused[:_REFUSED_SHOWN],
        why=imports_words.REFUSED,
        finding=imports_words.FINDINGS.get(taken.finding or ""),
        doubts=imports_words.DOUBTS,
        despite=lists_despite.carried(request.form, taken.doubts),
        tick=lists_despite.written,
        packed=packed,
        columns=found,
        asks_dated=imports_words.DATED,
        dated=lists_columns.dated(sheet, taken.kind, found) if taken.finding == NO_VISITS else [],
    )


def _as_said(sheet: Sheet, kind: Kind, form: Mapping[str, str]) -> tuple[Column, ...]:
    """The columns as the form has them; raises BadRequest for what no page of ours has offered."""
    found = []
    for index, header in enumerate(sheet.header):
        word = form.get(f"c{index}", "")
        if word and word not in {field.value for field in TELLS[kind]}:
            raise BadRequest
        found.append(Column(index, header, Field(word) if word else None))
    return tuple(found)


def _problem(kind: Kind, found: tuple[Column, ...]) -> str | None:
    """What is still missing before a list can be taken, or is said twice."""
    say = here.words().gettext
    if columns.is_any_twice(column.field for column in found):
        return say(_TWICE)
    if not columns.tells_who(found):
        return say(_WHO)
    if not columns.tells_when(found, kind):
        return say(_DAY)
    return None


def _kind(word: str) -> Kind | None:
    return next((kind for kind in Kind if kind.value == word), None)


def _unreadable(reason: str) -> str:
    return _too_long() if reason == "too_long" else here.words().gettext(imports_words.UNREADABLE[reason])


def _too_long() -> str:
    return here.words().gettext(
        "The list is too long for this page. Ask whoever installed Ovikello to bring it in with 'ovikello import'."
    )
