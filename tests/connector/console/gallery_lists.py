"""A salon without an interface: its lists, and its tasks by hand, in each of their states."""

from datetime import timedelta

from connector import approvals, database, dispatch, jobs, nightly, owners, salons, spreadsheets
from connector.console.lists_carried import pack
from connector.demo_world import policy_of
from connector.program import Program
from connector.salons import Account
from connector.states import State
from tests.builders import Clock
from tests.connector.console.place import Place
from tests.connector.console.visitor import Person
from tests.connector.lists import HEADER, bring, clients

AT = "listat"
_NAMES = (
    "Eeva Kallio",
    "Jarmo Peltola",
    "Riikka Moilanen",
    "Tuomas Nygård",
    "Maria-Elisabeth Häggström-Lindqvist",
)
GONE = [f"{number};{name};050 765 43{number};;1.2.2015;" for number, name in enumerate(_NAMES, start=50)]
LIST = [*clients(range(1, 41)), *GONE]


def lists(program: Program, owner: Person, clock: Clock) -> list[Place]:
    """Where to look."""
    account = salon_with_tasks(program, owner, clock, AT, "Parturi Listat")
    sheet = spreadsheets.sheet_of("\n".join(LIST).encode())
    form = {"salon": AT, "kind": "clients", "list": pack(account.keys, sheet, clock.at)}
    fields = ("number", "name", "phone", "email", "last_visit", "marketing")
    right = {f"c{place}": field for place, field in enumerate(fields)}
    short = spreadsheets.sheet_of(
        "\n".join(
            [
                HEADER,
                *(line.replace("kyllä", "ei") for line in LIST[1:9]),
                "60;Leena;;;joskus;",
                ";;;;1.9.2026;",
            ]
        ).encode()
    )
    return [
        Place("tasks", "/tasks", AT),
        Place("tasks-said", "/tasks?said=booking_ahead", AT),
        Place("tasks-none", "/tasks", "uusi"),
        Place("tasks-steps", "/tasks/steps", AT),
        Place("import", "/import", AT),
        Place("import-not-needed", "/import"),
        Place("import-no-file", "/import", AT, form={"salon": AT}),
        Place("import-columns", "/import/take", AT, form=form | right | {"c2": "email"}),
        Place(
            "import-short",
            "/import/take",
            AT,
            form=form | right | {"list": pack(account.keys, short, clock.at)},
        ),
        Place("import-taken", "/import/take", AT, form=form | right),
        Place("settings-lists", "/settings", AT),
        Place("connection-lists", "/settings/connection", AT),
        Place("connection-no-lists", "/settings/connection", "kasin"),
        *(Place(f"tasks-{language}", "/tasks", AT, language=language) for language in ("sv", "en")),
    ]


def salon_with_tasks(
    program: Program, owner: Person, clock: Clock, slug: str, name: str, *more: str
) -> Account:
    """Five (and more) have not been there for years; one of their erasures was done by hand."""
    text = policy_of(clock.at).decode().replace("Parturi-kampaamo Pihlaja Oy", name)
    text = text.replace('mass_limit       = "25%"', 'mass_limit       = "100%"')
    with database.write(program.engine) as db:
        before = clock.at - timedelta(days=30)
        salons.add(db, program.vault, slug, dialect="by_hand", policy=text.encode(), now=before)
        owners.add(db, program.vault, owner.email, slug, now=before)
        account = salons.account(db, program.vault, slug)
    assert account is not None
    bring(program, account, *LIST, *more)
    nightly.run(program, salon=slug)
    with database.write(program.engine) as db:
        listed = jobs.listed(db, account, [State.PROPOSED])
        seen, wanted = approvals.group_digest(listed), [one.job for one in listed]
        approvals.approve(db, account, wanted, seen=seen, owner=owner.id, now=program.now(), second=True)
    dispatch.send_due(program, limit=20, salon=slug)
    clock.at += timedelta(minutes=1)
    with database.write(program.engine) as db:
        approvals.tick(db, account, wanted[0], owner=owner.id, now=program.now())
    return account
