"""The evidence: whether the chain is whole, what was written lately, and the files for whoever wants to check it."""

import hashlib
import io
import re
import tempfile
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from connector import (
    database,
    evidence,
    evidence_checks,
    evidence_export,
    evidence_files,
    evidence_reading,
    evidence_rows,
    facts_group,
    jobs,
    nightly_evidence,
)
from connector.console import here, proof_words, switching
from connector.evidence_checks import Kept
from connector.evidence_export import Asked
from connector.evidence_reading import END, Reach, Told
from connector.texts_words import N_

#: a chain that is checked while its page is made: some hundredths of a second
SHORT = 5_000
LINES = 20
#: nobody has begun for so long: no worker runs
WAITED_LONG = timedelta(minutes=2)
#: what was found → what the owner reads, with the line's number
BROKEN: Mapping[str, str] = {
    "changed": N_("Line %(line)s was changed afterwards."),
    "missing": N_("Line %(line)s was removed."),
    "reordered": N_("Line %(line)s stands in another place than it was written."),
    "inserted": N_("Something was put in at line %(line)s that was not written by Ovikello."),
    "does_not_follow": N_("Line %(line)s does not follow from the one before."),
    "cut_off": N_("The lines from %(line)s on were cut off."),
    "forged": N_("From line %(line)s on the lines are not the ones that were signed."),
    "unreadable": N_("The head of the chain at line %(line)s cannot be read: it was overwritten."),
}
_KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class State:
    """How the chain stands: what was found and when; None where it was never checked."""

    found: Kept | None
    asked_at: datetime | None = None
    is_now: bool = False  # checked while this page was made

    @property
    def broken(self) -> Kept | None:
        """What was found, where the chain does not hold."""
        return self.found if self.found is not None and not self.found.whole else None


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/evidence")(show_evidence)
    bp.post("/evidence/check")(ask_for_check)
    bp.get("/evidence/file")(send_evidence)
    bp.get("/evidence/verify_evidence.py")(send_verifier)
    bp.get("/evidence/jobs/<uuid:job_id>/file")(send_evidence_of_job)
    bp.get("/evidence/customers/<key>/file")(send_evidence_of_customer)


def show_evidence() -> ResponseReturnValue:
    """Whole or broken, in words; the latest lines, and what to take away."""
    account, before = here.salon().account, _before()
    with database.read(here.program().engine) as db:
        reach = evidence_reading.reach(db, account)
    state = _state(reach)
    with database.read(here.program().engine) as db:
        shown = evidence_reading.latest(db, account, before=before, limit=LINES + 1)
        around = evidence_reading.around(db, account, state.broken.broken_at or 0) if state.broken else []
    return render_template(
        "evidence.html",
        state=state,
        broken=None if state.broken is None else words_of(state.broken),
        is_waiting_long=state.asked_at is not None and here.now() - state.asked_at > WAITED_LONG,
        reach=reach,
        pruned_until=_pruned_until(),
        lines=[(one, _sentence(one)) for one in shown[:LINES]],
        around=[(one, _sentence(one)) for one in around],
        older=shown[LINES - 1].seq if len(shown) > LINES else None,
        is_latest=before == END,
        public_key=evidence.public_key(account).hex(),
        verifier_hash=hashlib.sha256(evidence_files.verifier()).hexdigest(),
    )


def ask_for_check() -> ResponseReturnValue:
    """Check now where that is quick; else a worker does it, and the page says so meanwhile."""
    switching.refuse_another_salon()
    program, account = here.program(), here.salon().account
    with database.read(program.engine) as db:
        is_short = evidence_reading.reach(db, account).lines <= SHORT
    if is_short:
        nightly_evidence.check(program, account, by="owner")
    else:
        with database.write(program.engine) as db:
            evidence_checks.ask(db, account.slug, now=here.now())
    return redirect(url_for("console.show_evidence"), 303)


def send_evidence() -> ResponseReturnValue:
    """The whole chain as the file for the auditor."""
    return _file(Asked(), "evidence")


def send_evidence_of_job(job_id: UUID) -> ResponseReturnValue:
    """The same file, but only the lines of this job's customer can be read in it."""
    account = here.salon().account
    with database.read(here.program().engine) as db:
        key = evidence_reading.client_of_job(db, account, job_id)
        found = [] if key is None else jobs.listed(db, account, job_ids=[job_id])
        merged = facts_group.read(db, account.slug, found[0].client).ids if found and found[0].client else ()
    if key is None:
        raise NotFound
    return _of_customer({key, *map(account.keys.client_key, merged)})


def send_evidence_of_customer(key: str) -> ResponseReturnValue:
    """The same, by the customer's keyed name: one that nobody has gives a file in which no line can be read."""
    if not _KEY.fullmatch(key):
        raise NotFound
    return _of_customer({key})


def _of_customer(keys: Set[str]) -> ResponseReturnValue:
    return _file(Asked(clients=frozenset(keys)), "evidence-one-customer")


def send_verifier() -> ResponseReturnValue:
    """The program that checks the files."""
    program = io.BytesIO(evidence_files.verifier())
    return send_file(
        program, mimetype="text/x-python", as_attachment=True, download_name=evidence_files.VERIFIER
    )


def standing() -> State:
    """What is kept of the chain, for the foot of every page: nothing is walked."""
    if "evidence" not in g:
        with database.read(here.program().engine) as db:
            known = evidence_checks.standing(db, here.salon().account.slug)
        g.evidence = State(known.kept, known.asked_at)
    found: State = g.evidence
    return found


def warning() -> str | None:
    """What is wrong with the chain, for the top of the queue; None where nothing is known to be."""
    broken = standing().broken
    return None if broken is None else words_of(broken)


def words_of(found: Kept) -> str:
    """What is wrong with a chain."""
    words = here.words()
    said = words.gettext(BROKEN.get(found.why or "", BROKEN["forged"]))
    return said % {"line": words.word(found.broken_at)}


def _state(reach: Reach) -> State:
    """What is known of the chain; a short one is walked, and a surprise is kept, so that every page tells of it."""
    if reach.lines > SHORT:
        return standing()
    program, account, before = here.program(), here.salon().account, standing()
    walked, now = nightly_evidence.walk(program, account), here.now()
    found = Kept(now, "owner", walked.lines, walked.pruned, walked.broken_at, walked.why)
    if before.found is None or before.found.broken_at != found.broken_at:
        with database.write(program.engine) as db:
            evidence_checks.keep(db, account, walked, by="owner", at=now)
    g.evidence = state = State(found, is_now=True)
    return state


def _pruned_until() -> datetime | None:
    with database.read(here.program().engine) as db:
        known = evidence.checkpoints(db, here.salon().account)
    moments = (evidence_rows.moment(one.until_at) for one in known)
    return max((at for at in moments if at is not None), default=None)


def _file(asked: Asked, name: str) -> ResponseReturnValue:
    """An evidence file as a download. It is whole before its first byte goes out, and leaves nothing on the disk."""
    program, salon, now = here.program(), here.salon(), here.now()
    with database.snapshot(program.engine) as db:
        is_short = evidence_reading.reach(db, salon.account).lines <= SHORT
        out: BinaryIO = io.BytesIO() if is_short else tempfile.TemporaryFile()  # noqa: SIM115 -- closed with the answer
        evidence_export.export(db, salon.account, out, now=now, asked=asked)
    out.seek(0)
    return send_file(
        out,
        mimetype="application/jsonl",
        as_attachment=True,
        download_name=f"{name}-{salon.account.slug}-{salon.today(now)}.jsonl",
    )


def _sentence(line: Told) -> str:
    return proof_words.of(here.words(), line.said)


def _before() -> int:
    wanted = request.args.get("before", "")
    is_number = wanted.isascii() and wanted.isdigit() and len(wanted) < 16
    return int(wanted) if is_number and int(wanted) > 0 else END
