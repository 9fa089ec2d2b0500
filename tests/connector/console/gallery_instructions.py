"""One instruction to the booking system's maker in each of its states, and what its maker sees."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from connector import approvals_instructed, database, instructions, instructions_people, salons_policies
from connector.approvals import group_digest
from connector.instructions import New
from connector.jobs_listing import Listed
from connector.program import Program
from connector.salons import Account
from tests.builders import Clock
from tests.connector.console.gallery_lists import salon_with_tasks
from tests.connector.console.place import Place
from tests.connector.console.visitor import Person

AT = "ohjeet"


class _OfSome(Mapping[str, str]):
    """The form that makes an instruction of one task each time that it is sent, with the code of that moment."""

    def __init__(self, program: Program, account: Account, owner: Person, *, way: str = "file") -> None:
        self._program, self._account, self._owner, self._way = program, account, owner, way

    def __getitem__(self, name: str) -> str:
        with database.read(self._program.engine) as db:
            tasks = approvals_instructed.waiting(db, self._account)[:1]
        return {
            "salon": AT,
            "jobs": " ".join(one.job.hex for one in tasks),
            "seen": group_digest(tasks),
            "way": self._way,
            "code": self._owner.next_code(),
        }[name]

    def __iter__(self) -> Iterator[str]:
        return iter(("salon", "jobs", "seen", "way", "code"))

    def __len__(self) -> int:
        return 5


def instructions_of(program: Program, owner: Person, clock: Clock) -> list[Place]:
    """Where to look: the owner's pages, then the maker's."""
    more = [f"{number};Vanha Asiakas {number};050 765 4{number};;1.2.2015;" for number in range(60, 69)]
    account = salon_with_tasks(program, owner, clock, AT, "Parturi Ohjeet", *more)
    with database.read(program.engine) as db:
        one, two, *left = approvals_instructed.waiting(db, account)
    refused, confirmed = _made(program, account, owner, [one]), _made(program, account, owner, [two])
    today = clock.at.date()
    with database.write(program.engine) as db:
        for each in (refused, confirmed):
            instructions.sent(db, account, each.instruction, on=today, owner=owner.id, now=clock.at)
        approvals_instructed.refuse(
            db,
            account,
            refused.instruction,
            on=today,
            reason="Emme poista asiakkaita pyynnöstä, vaan liike tekee sen itse asiakaskortilta.",
            owner=owner.id,
            now=clock.at,
        )
        approvals_instructed.confirm(
            db, account, confirmed.instruction, on=today, owner=owner.id, now=clock.at
        )
    sent = _made(program, account, owner, left[:1])
    with database.write(program.engine) as db:
        instructions.sent(db, account, sent.instruction, on=today, owner=owner.id, now=clock.at)
        instructions.open_once(db, account, sent.token, now=clock.at + timedelta(minutes=5))
    made = _made(program, account, owner, left[1:2])
    attached = _made(program, account, owner, left[2:4], is_attached=True)
    page = "/tasks/instruction/"
    wrong = {"salon": AT, "on": "2027-02-31", "but": "x", "reason": ""}
    return [
        Place("instruct", "/tasks/instruction", AT),
        Place("instruct-none", "/tasks/instruction", "uusi"),
        Place(
            "instruct-wrong-code",
            "/tasks/instruction",
            AT,
            form={**_OfSome(program, account, owner), "code": "000000"},
        ),
        Place("instruct-letter", "/tasks/instruction", AT, form=_OfSome(program, account, owner)),
        Place(
            "instruct-letter-link",
            "/tasks/instruction",
            AT,
            form=_OfSome(program, account, owner, way="link"),
        ),
        Place("instruction-made", f"{page}{made.instruction}", AT),
        Place("instruction-attached", f"{page}{attached.instruction}", AT),
        Place("instruction-sent", f"{page}{sent.instruction}", AT),
        Place("instruction-confirmed-wrong", f"{page}{sent.instruction}/confirmed", AT, form=wrong),
        Place(
            "instruction-refused-wrong",
            f"{page}{sent.instruction}/refused",
            AT,
            form=wrong | {"on": str(today)},
        ),
        Place("instruction-confirmed", f"{page}{confirmed.instruction}", AT),
        Place("instruction-refused", f"{page}{refused.instruction}", AT),
        Place("tasks-instructed", "/tasks", AT),
        Place("list-link", f"/package/list/{made.token}", None),
        Place("list-open", f"/package/list/{made.token}", None, form={"as": "page"}),
        Place("list-gone", f"/package/list/{'x' * 43}", None),
        *(
            Place(f"{name}-{language}", where, AT, language=language)
            for language in ("sv", "en")
            for name, where in (
                ("instruct", "/tasks/instruction"),
                ("instruction-sent", f"{page}{sent.instruction}"),
            )
        ),
    ]


def _made(
    program: Program, account: Account, owner: Person, tasks: list[Listed], *, is_attached: bool = False
) -> New:
    people = instructions_people.of(program, account, [one.client or "" for one in tasks])
    with database.write(program.engine) as db:
        policy = salons_policies.newest(db, account.slug)
        assert policy is not None
        made = approvals_instructed.make(
            db,
            account,
            [one.job for one in tasks],
            seen=group_digest(tasks),
            people=people,
            policy=policy,
            owner=owner.id,
            now=program.now(),
            numbers=program.settings.numbers,
            is_attached=is_attached,
        )
    assert made.new is not None
    return made.new
