"""The guard at the console's door: whoever is not named here needs a whole log-in; no other site may post."""

import contextlib
from urllib.parse import urlsplit

from flask import g, redirect, request, url_for
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers.response import Response

from connector import database, owners, sessions
from connector.console import here
from connector.sessions import Errand, LoggedIn

#: open to everybody
PUBLIC = frozenset(
    {
        "console.static",
        "console.show_login",
        "console.check_password",
        "console.show_invitation",
        "console.accept_invitation",
        "console.choose_language",
        "console.show_link",
        "console.open_package",
        "console.show_list_link",
        "console.open_list",
    }
)
#: open after the password as well
HALF = frozenset(
    {
        "console.show_code",
        "console.check_code",
        "console.show_secret",
        "console.check_first_code",
        "console.take_up_invitation",
        "console.show_recovery",
        "console.check_recovery",
        "console.show_new_app",
        "console.check_new_app",
    }
)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def let_in() -> Response | None:
    """Pass, or send to the log-in. Runs before every page of the console."""
    _refuse_other_sites()
    g.session = _session()
    endpoint = request.endpoint or ""
    if endpoint in PUBLIC:
        return None
    if g.session is None:
        return redirect(url_for("console.show_login"), 303)
    if endpoint in HALF or endpoint == "console.log_out":
        return None
    if not g.session.is_whole:
        is_back = g.session.errand is Errand.APP  # by a recovery code
        return redirect(url_for("console.show_new_app" if is_back else "console.show_code"), 303)
    if g.session.salon is None:
        raise Forbidden(here.words().gettext("You no longer speak for any salon here."))
    return None


def look_who() -> None:
    """Find out who looks, where no guard stood before: at an address that is no page's."""
    g.session = None
    with contextlib.suppress(*database.AWAY):
        g.session = _session()


def cookie_name() -> str:
    """Over HTTPS no other host or path can set this cookie."""
    return "__Host-ovikello" if is_secure() else "ovikello"


def is_secure() -> bool:
    """Whether browsers come by HTTPS, be it to a proxy in front."""
    return request.is_secure or (here.program().settings.public_url or "").startswith("https://")


def give_cookie(answer: Response, token: str) -> Response:
    """Log this browser in: until it is closed, out of reach of scripts and of other sites' forms."""
    answer.set_cookie(cookie_name(), token, httponly=True, secure=is_secure(), samesite="Lax", path="/")
    return answer


def take_cookie(answer: Response) -> Response:
    """Log this browser out."""
    answer.delete_cookie(cookie_name(), httponly=True, secure=is_secure(), samesite="Lax", path="/")
    return answer


def _refuse_other_sites() -> None:
    """Forms are only taken from our own pages; every browser of today says where a form comes from."""
    if request.method in _SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site in {"same-origin", "none"}:
        return
    if site is None and (origin := request.headers.get("Origin")) is not None:
        ours = {request.host_url, here.program().settings.public_url or request.host_url}
        if _origin(origin) in {_origin(url) for url in ours}:
            return
    raise Forbidden(
        here.words().gettext("This form did not come from Ovikello's own page. Open the page anew.")
    )


def _origin(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ("", url)
    return (parts.scheme, parts.netloc.lower())


def _session() -> LoggedIn | None:
    token = request.cookies.get(cookie_name())
    if not token:
        return None
    engine, now = here.program().engine, here.now()
    with database.read(engine) as db:
        session = sessions.find(db, token, now=now)
        if session is not None:
            g.language = owners.language_of(db, session.owner)
    if session is not None and sessions.is_to_touch(session, now=now):
        with database.write(engine) as db:
            sessions.touch(db, session, now=now)
    return session
