"""Everything that Ovikello must know about a booking system, as one value."""

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from webhooks import given_secrets
from webhooks.arrivals import Arrivals
from webhooks.calls import Call, Reply
from webhooks.delivery import Delivery
from webhooks.entry_texts import EntryTexts
from webhooks.errors import NotUnderstood
from webhooks.events import ClientHinted, ClientTold, Event
from webhooks.residue import Person, Texts
from webhooks.vocabulary import Category, Channel

#: everything that a booking system may be able to do; a word that is not known here is passed over when one tells
CALLS = frozenset(
    {"list", "read", "export", "rectify", "marketing", "restriction", "anonymise", "erase_category", "erase"}
    | {"test"}
)


@dataclass(frozen=True)
class Page:
    """One page of a list of clients; `next_cursor` is None on the last one."""

    clients: tuple[ClientTold, ...]
    next_cursor: str | None
    #: what the page tells beside the records that it lists: of clients and bookings, each dated when it was fetched
    others: tuple[Event, ...] = ()


@dataclass(frozen=True)
class Capabilities:
    """What a booking system says that it can do: names of calls, and the event types that it sends."""

    calls: frozenset[str]
    events: frozenset[str]


@dataclass(frozen=True)
class Looked:
    """What a look at one client's record found.

    `is_gone` is True (404, 410), False, or None where the answer does not tell. `is_certain` is False for a 404: a
    broken address says the same of everybody, so that it has to be proved otherwise. Of a record that is there:
    `leftovers` are the identifying fields that are still filled, `told` is the record as an event dated
    when it was fetched, and `name` is for the owner's eyes and never kept. `person` is what to search free text for,
    `texts` is the free text (webhooks.residue): neither is ever kept either. `client` is whom the answer names, where
    it names anybody: a record that cannot be read as a whole does so too. `entries` are those, by id, whose text is to
    be cleared and is not yet, where somebody looked (webhooks.entry_texts). `unread` is the field by which the record
    could not be read as a whole, where that is known.
    """

    is_gone: bool | None
    leftovers: frozenset[str] = frozenset()
    told: ClientTold | None = None
    name: str | None = None
    is_certain: bool = True
    person: Person = field(default_factory=Person)
    texts: Texts = field(default=(), repr=False)
    client: str | None = None
    entries: tuple[str, ...] = ()
    unread: str = ""


@dataclass(frozen=True)
class Pacing:
    """How fast a system may be called at most, by all salons of this installation together."""

    per_second: float
    burst: int


class WrongSetting(Exception):
    """A salon's setting that its dialect cannot take; the text says what would be right."""


class WrongToken(Exception):
    """A token that is not written as its dialect needs it; `form` is how it is written. It is never said itself."""

    def __init__(self, form: str) -> None:
        super().__init__(f"A token of this dialect is written like {form}.")
        self.form = form


def leads_nowhere_else(path: str) -> bool:
    """Whether a client's id, or a path with one in it, can stand in an address.

    Many a server or proxy decodes an address before it walks along it: lone dots are walked up then, nothing between
    two slashes is left out, and the call is about somebody else.
    """
    return all(part.strip(".") for part in path.replace("\\", "/").split("/"))


def heard_as_said(reply: Reply) -> Reply:
    """The answer of a system whose statuses mean what HTTP says."""
    return reply


def bearer(token: str) -> str:
    """The `Authorization` header of a system whose token is a bearer's."""
    return f"Bearer {token}"


def basic(user: str, password: str) -> str:
    """The same where it is a user's name and password (RFC 7617)."""
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"


def takes_none(settings: Mapping[str, str]) -> None:
    """The settings of a dialect that has none. Raises WrongSetting."""
    if settings:
        raise WrongSetting(
            f"This dialect has no setting '{min(settings)}': it has none at all. Leave it out."
        )


@dataclass(frozen=True)
class Dialect:
    """How one booking system speaks: pure translation, in both directions.

    A call that is None says that the system cannot do this at all; one that a salon's own system cannot do
    (its capabilities do not list it) is not used there. Either way the job becomes a task by hand.
    """

    name: str
    # in: bytes → events
    check: Callable[[Delivery, Sequence[str]], str]
    """Give the delivery's id, or raise BadSignature; the secrets are tried one after the other."""
    read: Callable[[Delivery], tuple[Event, ...]]
    """Read a checked delivery; raise NotAnEvent or NotUnderstood. Others ask `events_of`."""
    takes_secret: Callable[[str], None] = field(default=given_secrets.as_text, kw_only=True)
    """See that a secret which the system itself handed out is one of its scheme. Raises WrongSecret."""
    types: frozenset[str]
    """The event types that `read` knows."""
    arrivals: Arrivals = field(default=Arrivals(), kw_only=True)
    """By which method deliveries come, what is asked before them, what they are answered."""
    # out: questions and their answers
    capabilities: Call
    read_capabilities: Callable[[Reply], Capabilities]
    list_clients: Callable[[str | None, int, datetime | None], Call]
    """A page by cursor, limit and updated_since."""
    read_page: Callable[[Call, Reply, datetime], Page]
    """The page that this call asked for; the moment is when it was fetched. Raises NotUnderstood."""
    look_up: Callable[[str], Call]
    looked: Callable[[Reply, datetime], Looked]
    can_name: Callable[[str], bool] = leads_nowhere_else
    """Whether a call can be made about a client of this id: about any other, what is to be done is done by hand."""
    # out: intentions; names as in the contract's capabilities
    erase: Callable[[str], Call] | None = None
    anonymise: Callable[[str, frozenset[Category]], Call] | None = None
    erase_category: Callable[[str, Category, date | None], Call | None] | None = None
    """None for a category that the system cannot erase by itself, or not by date: a task by hand."""
    entry_texts: EntryTexts | None = None
    """None: what is written on a client's entries is left where it is."""
    set_marketing: Callable[[str, Mapping[Channel, bool]], Call] | None = None
    set_restriction: Callable[[str, bool], Call] | None = None
    rectify: Callable[[str, Mapping[str, object], int], Call] | None = None
    export: Callable[[str], Call] | None = None
    read_export: Callable[[Reply], Mapping[str, object]] | None = None
    """All that is held of a client, by category, as the booking system says it; raises NotUnderstood."""
    ask_test: Callable[[str], Call] | None = None
    # how the system is to be treated
    page_size: int = 100
    """Clients on a page of a census."""
    pacing: Pacing | None = None
    """None: as fast as any other."""
    authorization: Callable[[str], str] = bearer
    """How a token is written in the header of this name. Raises WrongToken."""
    heard: Callable[[Reply], Reply] = heard_as_said
    """An answer as HTTP would have it, where a system says it otherwise; the first thing done with each."""
    fitted: Callable[[Mapping[str, str]], "Dialect"] | None = None
    """The same for a salon with these settings of its own. Raises WrongSetting. None: it has no settings."""
    has_interface: bool = True
    """False: it sends nothing and answers nothing; its lists come as files, and everything is done by hand."""
    is_ready: bool = True
    """False until a salon has set what its system cannot be called without: nothing is sent before."""
    out_of_reach: tuple[str, ...] = ()
    """What an erasure leaves behind in this system, as words: docs/dialects/<name>.md says what each means."""

    @property
    def sends(self) -> bool:
        """Whether it tells anything by itself; one that does not is asked, night by night."""
        return bool(self.types)


def fit(dialect: Dialect, settings: Mapping[str, str]) -> Dialect:
    """A dialect as one salon's system speaks it. Raises WrongSetting."""
    if dialect.fitted is not None:
        return dialect.fitted(settings)
    takes_none(settings)
    return dialect


def events_of(dialect: Dialect, delivery: Delivery) -> tuple[Event, ...]:
    """What a checked delivery says. Raises NotAnEvent or NotUnderstood.

    Where nothing is signed, anybody may have written it: no more than a hint to fetch is ever taken from it.
    """
    events = dialect.read(delivery)
    if not dialect.arrivals.is_signed and not all(isinstance(one, ClientHinted) for one in events):
        raise NotUnderstood("unsigned", is_known_type=True)
    return events
