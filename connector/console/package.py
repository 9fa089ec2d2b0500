"""A package on its job's page: its link is shown to the owner once, it is ended early, another one is asked for."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, NotFound

from connector import (
    database,
    exports,
    exports_asked,
    exports_endings,
    exports_kept,
    jobs,
    owners,
    texts,
)
from connector.console import codes, errors, here, job, switching
from connector.exports_asked import CannotExport
from connector.jobs import Listed
from connector.states import State
from connector.texts_words import N_
from policies.decisions import JobKind

#: in which states a package waits for its owner
READY = (State.VERIFIED, State.BY_HAND)
_WHO_WANTED = N_("Tick here that you know who asks.")
#: why no export can be proposed → what the owner reads
CANNOT = {
    "no_client": N_("There is no such customer here."),
    "erased": N_("This customer has been erased, so there is nothing to hand over."),
    "no_policy": N_("There are no rules for this day."),
}


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.post("/jobs/<uuid:job_id>/package/link")(show_once)
    bp.post("/jobs/<uuid:job_id>/package/end")(end_early)
    bp.post("/jobs/<uuid:job_id>/package/again")(ask_again)


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
