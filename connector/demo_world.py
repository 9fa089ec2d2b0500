"""The demo: a throw-away installation beside a pretend booking system, with real things in its queue.

Everything in it is what a salon would have: the same commands' means, real HTTP both ways, a signed history, a
night. Only the people are made up, and the folder is destroyed at the end.
"""

import contextlib
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pyotp

from connector import census, clock, database, install, nightly, owners, pretend, program, salons
from connector.app import create_app
from connector.config import Settings
from connector.pretend.listening import Listening
from connector.pretend.records import HELSINKI
from connector.program import Clock, Program
from connector.reports import SalonReport
from connector.salons import Account
from connector.sender import HttpSender
from connector.sender_pace import Pace

SALON = "pihlaja"
OWNER = "omistaja@example.com"
#: the folder in which the owner's mail lies
MAIL = "mail"
POLICY = Path(__file__).parent.parent / "policies" / "library" / "yearly_purge.toml"
#: what the pretend salon keeps beyond the library's: care notes by consent, for two years each, and addresses
ALSO = """
[purposes.treatment_safety]
basis         = "consent"
special_basis = "explicit_consent"
consent       = "health_data"

[categories.health]
purposes = ["treatment_safety"]
keep     = [
  { for = "P2Y", counted_from = "each_entry", then = "erase", because = "oma valinta" },
  { for = "P1Y", counted_from = "last_activity", then = "erase", because = "oma valinta" },
]

[categories.address]
purposes = ["customer_relationship"]
keep     = [{ for = "P1Y", counted_from = "last_activity", then = "erase", because = "oma valinta" }]
"""
#: connected so long ago that who came since is new to Ovikello, and has had the days of grace
CONNECTED = timedelta(days=30)
#: what of the history comes in by webhooks; the rest is read from the list
TOLD_SINCE = timedelta(days=14)
#: events that the list of clients does not tell, told from the beginning
TOLD_ALWAYS = ("invoice.", "prepaid.", "raffle.")

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Demo:
    """A prepared demo: the installation, the booking system beside it, and what the owner needs to log in."""

    directory: Path
    program: Program
    account: Account
    system: pretend.Pretend
    running: pretend.Running
    webhook_secret: str = field(repr=False)
    password: str = field(repr=False)
    totp_uri: str = field(repr=False)
    night: SalonReport
    delivered: Counter[str]

    def code(self) -> str:
        """The six digits that the owner's authenticator shows now."""
        return pyotp.TOTP(self.secret).at(self.program.now())

    @property
    def secret(self) -> str:
        """What the owner's authenticator is set up with."""
        return pyotp.parse_uri(self.totp_uri).secret

    def connect(self, url: str) -> None:
        """From now on what happens at the salon is told here, as it happens."""
        self.system.outbox.connect(f"{url}/webhooks/{SALON}", self.webhook_secret)
        self.system.outbox.start()

    def stop(self) -> None:
        """End the booking system, and destroy everything."""
        self.running.stop()
        self.program.engine.dispose()
        shutil.rmtree(self.directory, ignore_errors=True)


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A folder of the demo's own, gone afterwards: never an existing installation."""
    directory = Path(tempfile.mkdtemp(prefix="ovikello-demo-"))
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def prepare(directory: Path, *, progress: Progress = lambda line: None, now: Clock = clock.now) -> Demo:
    """Install, connect, read the list, take the webhooks in, run a night."""
    began = now()
    progress("Making a salon with six years behind it …")
    system = pretend.Pretend(today=began.astimezone(HELSINKI).date(), now=now)
    running = pretend.serve(system)
    progress("Installing Ovikello beside it …")
    opened = _install(directory, now)
    secret, secrets = _connect(opened, system, running.base_url, began)
    with database.read(opened.engine) as db:
        account = salons.account(db, opened.vault, SALON)
    if account is None:
        raise LookupError(SALON)
    progress("Reading the list of clients …")
    census.run(opened, SALON, on_progress=lambda *_: None)
    progress("Taking the webhooks of the last days in …")
    delivered = _tell(opened, system, secret, began)
    progress("Running the night …")
    night = _night(opened)
    demo = Demo(
        directory,
        opened,
        account,
        system,
        running,
        secret,
        secrets.password,
        secrets.totp_uri,
        night,
        delivered,
    )
    system.authenticator = demo.code
    return demo


def policy_of(began: datetime) -> bytes:
    """The library's yearly purge, in force since before the demo began."""
    day = (began - CONNECTED).astimezone(HELSINKI).date()
    text = POLICY.read_text(encoding="utf-8")
    return (re.sub(r"(?m)^(effective_from\s*=\s*).*$", rf"\g<1>{day}", text) + ALSO).encode()


def welcome(demo: Demo, url: str) -> str:
    """Where to look, how to log in, and what to try."""
    return "\n".join(
        (
            "",
            f"  Ovikello is at       {url}",
            f"  log in with          {OWNER}",
            f"  password             {demo.password}",
            f"  the code             {demo.running.base_url}/pretend/code   (now {demo.code()}; each is good once)",
            f"  or in your own app   {demo.secret}",
            f"  the booking system   {demo.running.base_url}   (token: {demo.system.token})",
            f"  the owner's mail     {demo.directory / MAIL}",
            "",
            *_tries(demo),
            "",
            "  Everything here is made up, and is destroyed when you stop it with Ctrl-C.",
        )
    )


def _install(directory: Path, now: Clock) -> Program:
    env = {
        "OVIKELLO_DATA_DIR": str(directory),
        "OVIKELLO_ALLOW_HOSTS": "127.0.0.1",
        "OVIKELLO_MAIL_URL": f"file://{directory / MAIL}",
    }
    made = install.init(Settings.from_env(env), now=now())
    # the booking system is on this machine and nobody else's: no need to spare it
    send = HttpSender(made.settings.allow_hosts, pace=Pace(rate=200.0))
    return program.open_program(made.settings, now=now, send=send)


def _connect(
    opened: Program, system: pretend.Pretend, base_url: str, began: datetime
) -> tuple[str, owners.Secrets]:
    with database.write(opened.engine) as db:
        secret = salons.add(
            db,
            opened.vault,
            SALON,
            dialect="standard",
            policy=policy_of(began),
            base_url=base_url,
            token=system.token,
            walk_in="walk-in",
            now=began - CONNECTED,
        )
        owners.add(db, opened.vault, OWNER, SALON, now=began)
        secrets = owners.give_secrets(db, opened.vault, OWNER, now=began)
    if secrets is None:
        raise LookupError(OWNER)
    return secret, secrets


def _tell(opened: Program, system: pretend.Pretend, secret: str, began: datetime) -> Counter[str]:
    """The webhooks of the last days, over HTTP and signed, and those that the list cannot tell."""
    system.replay(lambda event: _is_told(system, event, began))
    listening = Listening(create_app(opened))
    system.outbox.connect(f"{listening.base_url}/webhooks/{SALON}", secret)
    delivered = system.outbox.deliver()
    listening.stop()
    return delivered


def _is_told(system: pretend.Pretend, event: pretend.Told, began: datetime) -> bool:
    """Who left long ago is not on the list, and nothing is told of them."""
    about = next((value for value in event.data.values() if isinstance(value, dict)), event.data)
    is_there = about.get("client_id") in system.register.records
    return event.at >= began - TOLD_SINCE or (event.type.startswith(TOLD_ALWAYS) and is_there)


def _night(opened: Program) -> SalonReport:
    """Tonight's, if its hour has come, so that the engine finds it done; else one before it."""
    report = nightly.run(opened, scheduled=True)
    return (report if report.salons else nightly.run(opened, salon=SALON)).salons[0]


def _tries(demo: Demo) -> list[str]:
    """Hints, with commands that can be copied."""
    client, system = demo.system.cast.regulars[0], demo.running.base_url
    post = f"curl -s -X POST {system}/pretend"
    json = "-H 'Content-Type: application/json' -d"
    return [
        "  Try:",
        "  · approve what waits, with the code, and see the booking system forget",
        "  · let a client say no to the newsletter, and see the switch go off by itself:",
        f'      {post}/happen {json} \'{{"what": "says_no", "client": "{client}"}}\'',
        "  · make the booking system lie about the next erasure, approve one, and see it found out:",
        f'      {post}/misbehave {json} \'{{"lie_calls": 1, "only": "erase"}}\'',
        "  · let a client book who is about to be erased, and see the approval fall out:",
        f'      {post}/happen {json} \'{{"what": "books", "client": "{demo.system.cast.forgotten[-1]}"}}\'',
    ]
