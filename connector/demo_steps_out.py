"""The second half of the walk: the owner's word, the callbacks, and the looks that find out what was really done."""

import html

from connector.demo_walk import Seen, Walk
from connector.demo_world import OWNER
from connector.states import State
from policies.decisions import JobKind

GONE = {404, 410}


def closed(walk: Walk) -> Seen:
    """Nobody sees the queue without logging in."""
    answer = walk.browser.page("/")
    return answer.status_code == 303 and answer.headers["Location"] == "/login", "sent to the log-in"


def logged_in(walk: Walk) -> Seen:
    """The password, then the code; then the queue, with names fetched for the page alone."""
    walk.browser.send("/login", email=OWNER, password=walk.demo.password)
    walk.used = walk.demo.code()
    walk.browser.send("/login/code", code=walk.used)
    page = walk.browser.page("/")
    records = walk.demo.system.register.records
    names = {html.escape(records[str(job.client)].fields["name"]) for job in walk.jobs(State.PROPOSED)}
    shown = [name for name in names if name in page.text]
    return page.status_code == 200 and bool(
        shown
    ), f"the queue shows what waits, and {len(shown)} names to know it by"


def wrong_code(walk: Walk) -> Seen:
    """A code that the authenticator does not show."""
    wrong = f"{(int(walk.demo.code()) + 500_000) % 1_000_000:06d}"
    answer = walk.browser.word(walk.waiting(JobKind.ERASE)[:1], wrong)
    return answer.status_code == 403 and not walk.jobs(State.APPROVED), "refused, and nothing is approved"


def same_code(walk: Walk) -> Seen:
    """The code of the log-in, once more."""
    answer = walk.browser.word(walk.waiting(JobKind.ERASE)[:1], walk.used)
    return answer.status_code == 403 and not walk.jobs(State.APPROVED), "the log-in's code approves nothing"


def approved(walk: Walk) -> Seen:
    """The word on one of each kind, and some more to erase."""
    walk.chosen = (
        *walk.waiting(JobKind.ERASE)[:5],
        *walk.waiting(JobKind.DETACH)[:1],
        *walk.waiting(JobKind.ERASE_CATEGORIES)[:2],
    )
    answer = walk.browser.word(walk.chosen, walk.fresh_code())
    count = len(walk.jobs(State.APPROVED))
    return answer.status_code == 303 and count == 8, f"{count} jobs, exactly as they were shown"


def called(walk: Walk) -> Seen:
    """The booking system did what was approved, and nothing else."""
    others = {job.client for job in walk.waiting(JobKind.ERASE)}
    walk.carry()
    erased = [str(job.client) for job in walk.chosen if job.kind is JobKind.ERASE]
    left = [client for client in erased if walk.at_booking_system(client).status_code not in GONE]
    taken = [client for client in others if client not in walk.demo.system.register.records]
    return not left and not taken, f"{len(erased)} erased there; those without a word are all still there"


def detached(walk: Walk) -> Seen:
    """Of whom bookkeeping law speaks only the receipts are left."""
    client = next(str(job.client) for job in walk.chosen if job.kind is JobKind.DETACH)
    record = walk.at_booking_system(client).json()
    named = [key for key in ("name", "email", "phone", "birth_date") if record[key]]
    return not named and record["categories"] == [
        "billing"
    ], f"left: {', '.join(record['categories'])}, and no name"


def looked(walk: Walk) -> Seen:
    """Every job was read back."""
    states = [walk.job(job).state for job in walk.chosen]
    return set(states) == {
        State.VERIFIED
    }, f"{states.count(State.VERIFIED)} of {len(states)} read back and verified"


def lied(walk: Walk) -> Seen:
    """The booking system says done and does nothing: found out, and not called done."""
    job = walk.waiting(JobKind.ERASE)[0]
    walk.demo.system.misbehave({"lie_calls": 1, "only": "erase"})
    walk.browser.word([job], walk.fresh_code())
    walk.carry()
    state = walk.job(job).state
    again = [one for one in walk.waiting(JobKind.ERASE) if one.client == job.client]
    is_there = job.client in walk.demo.system.register.records
    return is_there and state is not State.VERIFIED and len(again) == 1, f"{state}: it waits for a new word"


def passing_failure(walk: Walk) -> Seen:
    """A 500 and a 429 pass; the job is done in the end, once."""
    job = walk.waiting(JobKind.ERASE)[-1]
    walk.demo.system.misbehave({"fail_calls": 1, "throttle_calls": 1, "only": "erase"})
    walk.browser.word([job], walk.fresh_code())
    for _ in range(4):
        walk.carry()
        walk.clock.forward(seconds=30)
    calls = [
        status
        for method, path, status in walk.demo.system.calls
        if path.endswith(f"/{job.client}") and method == "DELETE"
    ]
    return walk.job(job).state is State.VERIFIED and calls.count(204) == 1, f"answered {calls}, and verified"


def changed_meanwhile(walk: Walk) -> Seen:
    """A client who books between the word and the call is not erased."""
    job = walk.waiting(JobKind.ERASE)[-1]
    walk.browser.word([job], walk.fresh_code())
    walk.demo.system.happen({"what": "books", "client": job.client})
    walk.told()
    walk.carry()
    now = walk.job(job)
    return (
        job.client in walk.demo.system.register.records and now.state in {State.HELD, State.WITHDRAWN},
        f"{now.state} ({now.reason})",
    )


STEPS = (
    ("the console has a door", closed),
    ("the owner logs in", logged_in),
    ("a wrong code is refused", wrong_code),
    ("a code is good once", same_code),
    ("the owner's word is taken", approved),
    ("the booking system is called", called),
    ("receipts stay without a name", detached),
    ("done means looked at", looked),
    ("a lie is found out", lied),
    ("passing failures pass", passing_failure),
    ("who books is not erased", changed_meanwhile),
)
