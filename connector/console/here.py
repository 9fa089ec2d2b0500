"""What belongs to the request that is being answered: the program, who looks, at which salon, in which language."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from flask import current_app, g, request

from connector import salons, salons_policies, texts
from connector.database import read
from connector.program import Program
from connector.salons import Account
from connector.sessions import LoggedIn
from connector.texts import Texts
from policies.policy import Policy


@dataclass(frozen=True)
class Salon:
    """The salon that is looked at, as its policy has it (None where no policy was ever activated)."""

    account: Account
    policy: Policy | None

    @property
    def name(self) -> str:
        """As the salon calls itself."""
        return self.policy.controller.name if self.policy is not None else self.account.slug

    @property
    def system(self) -> str:
        """What a form bears that is good for this booking system alone; nothing for the first that the salon has."""
        generation = self.account.keys.generation
        return "" if generation == 1 else str(generation)

    @property
    def zone(self) -> tzinfo:
        """Where its days begin."""
        return self.policy.time_zone if self.policy is not None else UTC

    def today(self, now: datetime) -> date:
        """The salon's own day."""
        return now.astimezone(self.zone).date()


def program() -> Program:
    """The running Ovikello."""
    found: Program = current_app.extensions["ovikello"]
    return found


def now() -> datetime:
    """The moment of this request."""
    if "now" not in g:
        g.now = program().now()
    moment: datetime = g.now
    return moment


def words() -> Texts:
    """The texts in the language of whoever looks, as they are true of the salon that is looked at."""
    if "words" not in g:
        by_hand = _at_a_salon() and not salon().account.dialect.has_interface
        g.words = texts.of(_language(), by_hand=by_hand)
    chosen: Texts = g.words
    return chosen


def logged_in() -> LoggedIn:
    """Who looks; the guard let nobody else in."""
    session: LoggedIn = g.session
    return session


def salon() -> Salon:
    """The salon that is looked at: always one of the owner's own."""
    if "salon" not in g:
        slug = logged_in().salon or ""
        with read(program().engine) as db:
            account = salons.account(db, program().vault, slug)
            policy = salons_policies.newest(db, slug)
        assert account is not None  # noqa: S101 - a session's salon is one of the table's
        g.salon = Salon(account, policy)
    found: Salon = g.salon
    return found


def address() -> str:
    """Where the world finds this Ovikello, for links: as the settings say, else as this browser found it."""
    return program().settings.public_url or request.host_url.rstrip("/")


def zone() -> tzinfo:
    """Where days begin for whoever looks: at the salon; before there is one, the world's own time."""
    return salon().zone if _at_a_salon() else UTC


def _at_a_salon() -> bool:
    """Whether somebody is wholly logged in, and looks at a salon."""
    session: LoggedIn | None = g.get("session")
    return session is not None and session.is_whole and session.salon is not None


def _language() -> str:
    """The owner's own choice, else this browser's."""
    chosen: str | None = g.get("language") or request.cookies.get("language")
    if chosen in texts.LANGUAGES:
        return chosen
    return request.accept_languages.best_match(texts.LANGUAGES, texts.DEFAULT) or texts.DEFAULT
