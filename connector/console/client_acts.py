"""What an owner does on a customer's page: writes down a request, holds something back, ends a hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session
from werkzeug.exceptions import BadRequest, NotFound

from connector import database, facts, facts_group, holds, mirror_by_hand, owners
from connector.console import client as client_page
from connector.console import client_name, codes, days, errors, here, package, reasons, switching
from connector.holds import HoldRefused, Opened
from connector.texts_words import N_
from policies.holds import HAND_SCOPES, HandKind
from policies.policy import Policy
from policies.vocabulary import Category
from webhooks.events import Right

#: a hold that nobody names a day for is looked at again after so long
_REVIEW_AFTER = timedelta(days=90)
_NO_DAY = N_("Write the day like this: 24.11.2026.")
_NOT_YET = N_("That day has not come yet. Write the day on which the customer asked.")
_TOO_EARLY = N_("Choose a day to come, on which you look at this again.")
_REASON_WANTED = N_("Write down why, so that you know it when you look at this again.")


@dataclass(frozen=True)
class Form:
    """A form as it was filled in, to be shown again with what was wrong with it."""

    values: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/customers/<key>/request")(show_request)
    bp.post("/customers/<key>/request")(take_request)
    bp.post("/customers/<key>/export")(ask_export)
    bp.get("/customers/<key>/hold")(show_hold)
    bp.post("/customers/<key>/hold")(open_hold)
    bp.get("/customers/<key>/hold/<uuid:hold_id>/end")(show_end_of_hold)
    bp.post("/customers/<key>/hold/<uuid:hold_id>/end")(end_hold)


def show_request(key: str) -> ResponseReturnValue:
    """What a customer can ask for, and what becomes of it."""
    return _request_page(_living(key), Form())


def take_request(key: str) -> ResponseReturnValue:
    """Write a request down; a no to marketing takes effect at once.

    Nothing goes by it: the next night proposes. So a code is asked for only where the rules erase by themselves.
    """
    switching.refuse_another_salon()
    client, form = _living(key), request.form
    right = next((one for one in mirror_by_hand.RIGHTS if one.value == form.get("right")), None)
    if right is None:
        raise BadRequest
    policy, problems, say = _policy(), dict[str, str](), here.words().gettext
    received_on = days.read(form.get("on", ""))
    if received_on is None:
        problems["on"] = say(_NO_DAY)
    elif received_on > here.salon().today(here.now()):
        problems["on"] = say(_NOT_YET)
    if received_on is not None and not problems:
        with database.write(here.program().engine) as db:
            if right is Right.ERASURE and policy.approval.erases_by_itself:
                problems |= _code_problems(db)
            if not problems:
                _receive(db, policy, client, right, received_on)
    if problems:
        return _request_page(client, Form(form, problems)), 403 if "code" in problems else 422
    return _back(client, right.value)


def ask_export(key: str) -> ResponseReturnValue:
    """Propose to hand the customer's details over; the owner's word and a code follow on the job's page."""
    switching.refuse_another_salon()
    return package.propose(_living(key), None)


def show_hold(key: str) -> ResponseReturnValue:
    """Why something may be held back, and until when."""
    return _hold_page(_living(key), Form())


def open_hold(key: str) -> ResponseReturnValue:
    """Hold something back from now on: it protects, so that it needs no code."""
    switching.refuse_another_salon()
    client, form = _living(key), request.form
    why = next((kind for kind in HandKind if kind.value == form.get("why")), None)
    if why is None:
        raise BadRequest
    today, problems, say = here.salon().today(here.now()), dict[str, str](), here.words().gettext
    reason, review_on = reasons.read(form), days.read(form.get("on", ""))
    if review_on is None:
        problems["on"] = say(_NO_DAY)
    elif review_on <= today:
        problems["on"] = say(_TOO_EARLY)
    if why is HandKind.OTHER and not reason:
        problems["reason"] = say(_REASON_WANTED)
    if review_on is None or problems:
        return _hold_page(client, Form(form, problems)), 422
    with database.write(here.program().engine) as db:
        try:
            holds.open_by_hand(
                db,
                here.salon().account,
                client,
                why=why,
                reason=reason or None,
                categories=(),
                review_on=review_on,
                owner=here.logged_in().owner,
                now=here.now(),
                today=today,
            )
        except HoldRefused:  # the customer went meanwhile
            raise NotFound from None
    return _back(client, "held")


def show_end_of_hold(key: str, hold_id: UUID) -> ResponseReturnValue:
    """What becomes of it when a hold ends."""
    client = _living(key)
    with database.read(here.program().engine) as db:
        hold = _hold(db, client, hold_id)
    return errors.settled(404) if hold is None else _end_page(client, hold, Form())


def end_hold(key: str, hold_id: UUID) -> ResponseReturnValue:
    """End a hold. A code is asked for where the rules erase by themselves what it held; else a word is, later."""
    switching.refuse_another_salon()
    client, salon, problems = _living(key), here.salon(), dict[str, str]()
    with database.write(here.program().engine) as db:
        hold = _hold(db, client, hold_id)
        if hold is None:
            return errors.settled(409)
        if _policy().approval.erases_by_itself:
            problems = _code_problems(db)
        if not problems:
            owner, now = here.logged_in().owner, here.now()
            try:
                holds.end(db, salon.account, hold_id, owner=owner, now=now, today=salon.today(now))
            except HoldRefused:  # somebody else has just ended it
                return errors.settled(409)
    return (_end_page(client, hold, Form({}, problems)), 403) if problems else _back(client, "ended")


def _hold(db: Session, client: str, hold_id: UUID) -> Opened | None:
    """One of the holds that are open on a customer, by whichever of their ids."""
    account = here.salon().account
    ids = facts_group.read(db, account.slug, client).ids
    return next((one for one in holds.open_on(db, account, ids) if one.hold == hold_id), None)


def _end_page(client: str, hold: Opened, form: Form) -> str:
    needs_code = _policy().approval.erases_by_itself
    return render_template("client_hold_end.html", **_common(client, form), hold=hold, needs_code=needs_code)


def _receive(db: Session, policy: Policy, client: str, right: Right, received_on: date) -> None:
    account, owner = here.salon().account, here.logged_in().owner
    mirror_by_hand.receive(db, account, policy, client, right, received_on, owner=owner, now=here.now())


def _living(key: str) -> str:
    """The id as which a customer of this address goes on; 404 where the mirror knows none."""
    client, slug = client_page.client_of(key), here.salon().account.slug
    with database.read(here.program().engine) as db:
        root = facts.root_of(db, slug, client)
        if not facts.is_known(db, slug, root):
            raise NotFound
    return root


def _policy() -> Policy:
    policy = here.salon().policy
    if policy is None:
        raise NotFound
    return policy


def _request_page(client: str, form: Form) -> str:
    return render_template(
        "client_request.html",
        **_common(client, form),
        rights=mirror_by_hand.RIGHTS,
        needs_code=_policy().approval.erases_by_itself,
    )


def _hold_page(client: str, form: Form) -> str:
    scopes = {kind: [one for one in Category if one in HAND_SCOPES[kind]] for kind in HandKind}
    review_on = here.salon().today(here.now()) + _REVIEW_AFTER
    return render_template("client_hold.html", **_common(client, form), scopes=scopes, review_on=review_on)


def _common(client: str, form: Form) -> dict[str, object]:
    salon = here.salon()
    return {
        "client": client,
        "key": salon.account.keys.link_of(client),
        "asked": client_name.of(here.program(), salon.account, client),
        "values": form.values,
        "problems": dict.fromkeys(("on", "reason", "code")) | dict(form.problems),
        "today": salon.today(here.now()),
    }


def _code_problems(db: Session) -> dict[str, str]:
    owner = here.logged_in().owner
    result = owners.confirm_code(db, here.program().vault, owner, request.form.get("code", ""), here.now())
    return {} if result.ok else {"code": codes.problem(result)}


def _back(client: str, told: str) -> ResponseReturnValue:
    key = here.salon().account.keys.link_of(client)
    return redirect(url_for("console.show_client", key=key, told=told), 303)
