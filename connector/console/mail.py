"""Mail settings: whether the weekly letter comes, whether letters arrive, and why the last one did not."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from connector import database, letters_due, mailing, owners
from connector.console import here
from connector.texts_words import N_

#: why a letter did not go out → what to do about it
WHY = {
    "login": N_("The mail server did not accept Ovikello's log-in."),
    "address": N_("The mail server does not take letters to your address, or from Ovikello's."),
    "tls": N_("The way to the mail server could not be kept private: its certificate does not hold."),
    "not_private": N_("The mail server offers no private way (STARTTLS), so nothing was said to it."),
    "refused": N_("The mail server refused the letter."),
    "no_answer": N_("The mail server did not answer."),
    "folder": N_("The folder for letters cannot be written."),
    "just_sent": N_("A letter is on its way already. Wait a minute before you ask for the next one."),
}


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/settings/mail")(show_mail)
    bp.post("/settings/mail")(keep_mail)
    bp.post("/settings/mail/trial")(try_mail)


def show_mail() -> ResponseReturnValue:
    """What is written to whoever looks, and how the last letter fared."""
    program, account, owner = here.program(), here.salon().account, here.logged_in().owner
    with database.read(program.engine) as db:
        last = letters_due.last(db, account.slug, owner)
        takes_weekly = letters_due.takes_weekly(db, account.slug, owner)
        address = owners.email_of(db, program.vault, owner)
    return render_template(
        "mail.html",
        is_on=program.post is not None,
        address=address,
        takes_weekly=takes_weekly,
        last=last,
        why=WHY,
        told=request.args.get("told", ""),
    )


def keep_mail() -> ResponseReturnValue:
    """Whether the weekly letter comes."""
    with database.write(here.program().engine) as db:
        takes = request.form.get("weekly") == "yes"
        letters_due.set_weekly(db, here.salon().account.slug, here.logged_in().owner, takes=takes)
    return redirect(url_for(".show_mail", told="kept"), 303)


def try_mail() -> ResponseReturnValue:
    """Send a letter to whoever looks, now."""
    why = mailing.try_out(here.program(), here.salon().account, here.logged_in().owner)
    return redirect(url_for(".show_mail", told=why or "sent"), 303)
