"""The link to a package: shown to the owner once, opened by the client, who needs nothing but the link.

Opening the page changes nothing, since mail programs and messengers open links by themselves: what counts is a press of
a button. A link that was never given, that is over or that is used up is answered alike.
"""

import json
from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, Response, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, NotFound

from connector import (
    database,
    exports,
    exports_asked,
    exports_endings,
    exports_kept,
    exports_page,
    jobs,
    owners,
    salons,
    salons_policies,
    texts,
)
from connector.console import codes, errors, here, job, switching
from connector.exports import Linked
from connector.exports_asked import CannotExport
from connector.hooks_rate import Buckets, Rate
from connector.jobs import Listed
from connector.states import State
from connector.texts_words import N_
from policies.decisions import JobKind

#: links that open nothing, and that one address may try: at once, and a second
RATE = Rate(burst=60, per_second=2)
#: so many addresses are told apart; no more is kept of them
_SLOTS = 1024
#: in which states a package waits for its owner
READY = (State.VERIFIED, State.BY_HAND)
_FILE = N_("my-details")
_WHO_WANTED = N_("Tick here that you know who asks.")
#: why no export can be proposed → what the owner reads
CANNOT = {
    "no_client": N_("There is no such customer here."),
    "erased": N_("This customer has been erased, so there is nothing to hand over."),
    "no_policy": N_("There are no rules for this day."),
}


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    buckets = Buckets(RATE)
    bp.get("/package/<token>")(_limited(buckets, show_link))
    bp.post("/package/<token>")(_limited(buckets, open_package))
    bp.post("/jobs/<uuid:job_id>/package/link")(show_once)
    bp.post("/jobs/<uuid:job_id>/package/end")(end_early)
    bp.post("/jobs/<uuid:job_id>/package/again")(ask_again)


def show_link(token: str, found: Linked | None) -> ResponseReturnValue:
    """What the link is, and how often and until when it opens."""
    if found is None:
        return _nothing()
    return render_template("package_link.html", linked=found, salon_name=_name_of(found), token=token)


def open_package(token: str, found: Linked | None) -> ResponseReturnValue:
    """Count one opening, and give the copy: to be read here, or as a file."""
    wanted = request.form.get("as", "")
    if wanted not in {"page", "html", "json"}:
        raise BadRequest
    if found is None:
        return _nothing()
    program = here.program()
    with database.write(program.engine) as db:
        account = salons.account(db, program.vault, found.salon)
        body = None if account is None else exports.open_once(db, account, token, now=here.now())
    return _nothing() if body is None else _given(json.loads(body), wanted)


def show_once(job_id: UUID) -> ResponseReturnValue:
    """The link itself, to its owner alone, this once; with a code, for whoever holds it reads everything."""
    listed = _ours(job_id)
    program, account, owner = here.program(), here.salon().account, here.logged_in().owner
    if listed is None or listed.state not in READY:
        return errors.settled(409)
    if request.form.get("who") != "yes":
        return job.page(listed, problems={"who": here.words().gettext(_WHO_WANTED)}), 422
    with database.write(program.engine) as db:
        package = exports_kept.of_job(db, account, job_id)
        if package is None or not package.waits:
            return errors.settled(409)
        result = owners.confirm_code(db, program.vault, owner, request.form.get("code", ""), here.now())
        shown = exports.show(db, account, job_id, owner=owner, now=here.now()) if result.ok else None
    if not result.ok:
        return job.page(listed, problems={"link_code": codes.problem(result)}), 403
    if shown is None:
        return errors.settled(409)
    package, token = shown
    link = here.address() + url_for("console.show_link", token=token)
    return render_template("package_shown.html", job=listed, package=package, link=link)


def end_early(job_id: UUID) -> ResponseReturnValue:
    """Destroy the copy before its time."""
    listed, now = _ours(job_id), here.now()
    with database.write(here.program().engine) as db:
        is_done = listed is not None and exports_endings.destroy(db, here.salon().account, job_id, now=now)
    return redirect(url_for("console.show_job", job_id=job_id), 303) if is_done else errors.settled(409)


def ask_again(job_id: UUID) -> ResponseReturnValue:
    """Propose another copy for the same client, or one in another language: a new job, with a word of its own."""
    listed = _ours(job_id)
    if listed is None or listed.client is None:
        return errors.settled(409)
    language = request.form.get("language", listed.content.language) or None
    if language is not None and language not in texts.LANGUAGES:
        raise BadRequest
    return propose(listed.client, language)


def propose(client: str, language: str | None) -> ResponseReturnValue:
    """Propose an export, and lead to its page; from any page that has a button for it."""
    account = here.salon().account
    try:
        with database.write(here.program().engine) as db:
            made = exports_asked.propose(db, account, client, language=language, now=here.now())
    except CannotExport as cannot:
        raise NotFound(here.words().gettext(CANNOT[cannot.because])) from None
    return redirect(url_for("console.show_job", job_id=made.job), 303)


def _limited(
    buckets: Buckets, view: Callable[[str, Linked | None], ResponseReturnValue]
) -> Callable[[str], ResponseReturnValue]:
    """The same with what the link leads to, for whoever does not guess too often.

    A link that opens is not counted: behind a proxy all come from one address, and nobody's guessing is to close it.
    """

    def let_in(token: str) -> ResponseReturnValue:
        found = _linked(token)
        if found is not None:
            return view(token, found)
        slot = str(hash(request.remote_addr) % _SLOTS)
        seconds = buckets.wait(slot, here.now())
        if seconds:
            return (
                render_template("package_gone.html", is_crowded=True),
                429,
                {"Retry-After": str(int(seconds) + 1)},
            )
        return view(token, None)

    let_in.__name__ = view.__name__
    return let_in


def _linked(token: str) -> Linked | None:
    with database.read(here.program().engine) as db:
        found = exports.find(db, token, now=here.now())
    if found is not None:
        g.words = texts.of(found.language)
    return found


def _nothing() -> ResponseReturnValue:
    return render_template("package_gone.html", is_crowded=False), 404


def _given(document: dict[str, object], wanted: str) -> Response:
    name = here.words().gettext(_FILE)
    if wanted == "json":
        text, kind = json.dumps(document, ensure_ascii=False, indent=2), "application/json"
    else:
        text, kind = exports_page.page(document), "text/html"
    answer = current_app.response_class(text, content_type=f"{kind}; charset=utf-8")
    how = "inline" if wanted == "page" else "attachment"
    ending = "json" if wanted == "json" else "html"
    answer.headers["Content-Disposition"] = f'{how}; filename="{name}.{ending}"'
    answer.headers["Content-Security-Policy"] = exports_page.POLICY
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _name_of(found: Linked) -> str:
    with database.read(here.program().engine) as db:
        policy = salons_policies.newest(db, found.salon)
    return found.salon if policy is None else policy.controller.name


def _ours(job_id: UUID) -> Listed | None:
    """An export of this salon's; the form says which salon it was shown for."""
    switching.refuse_another_salon()
    with database.read(here.program().engine) as db:
        found = jobs.listed(db, here.salon().account, job_ids=[job_id])
    return found[0] if found and found[0].kind is JobKind.EXPORT else None


def tongue(language: str | None) -> str:
    """A language by the name that its speakers give it; none named is the client's own."""
    own = here.words().gettext("the customer's own language")
    return {"fi": "suomi", "sv": "svenska", "en": "English"}.get(language or "", own)
