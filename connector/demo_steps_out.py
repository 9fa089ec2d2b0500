"""The second half of the walk: the owner's word, the callbacks, and the looks that find out what was really done."""

import requests

from connector.demo_walk import Seen, Walk
from connector.demo_world import OWNER
from connector.states import State
from policies.decisions import JobKind

GONE = {404, 410}


def shown(walk: Walk) -> Seen:
    """Nobody sees the queue without logging in."""
    answer = requests.get(f"{walk.url}/", timeout=10, allow_redirects=False)
    return answer.status_code in {302, 303} and "login" in answer.headers[
        "Location"
    ], f"answered {answer.status_code}"


def wrong_code(walk: Walk) -> Seen:
    """A code that the authenticator does not show."""
    chosen = walk.waiting(JobKind.ERASE)[:1]
    wrong = f"{(int(walk.demo.code()) + 500_000) % 1_000_000:06d}"
    result, given = walk.word(chosen, wrong)
    return not result.ok and given is None, f"refused ({result.reason}); nothing was approved"


def approved(walk: Walk) -> Seen:
    """The word on one of each kind, and some more to erase."""
    walk.chosen = (
        *walk.waiting(JobKind.ERASE)[:5],
        *walk.waiting(JobKind.DETACH)[:1],
        *walk.waiting(JobKind.ERASE_CATEGORIES)[:2],
    )
    result, given = walk.word(walk.chosen, walk.fresh_code())
    count = len(given.approved) if given else 0
    return result.ok and count == len(
        walk.chosen
    ) == 8, f"{count} jobs, exactly as they were shown, by {OWNER}"


def same_code(walk: Walk) -> Seen:
    """The code that was just used."""
    result, given = walk.word(walk.waiting(JobKind.ERASE)[:1], walk.demo.code())
    return not result.ok and given is None, f"refused ({result.reason})"


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
    walk.word([job], walk.fresh_code())
    walk.carry()
    state = walk.job(job).state
    again = [one for one in walk.waiting(JobKind.ERASE) if one.client == job.client]
    is_there = job.client in walk.demo.system.register.records
    return is_there and state is not State.VERIFIED and len(again) == 1, f"{state}: it waits for a new word"


def passing_failure(walk: Walk) -> Seen:
    """A 500 and a 429 pass; the job is done in the end, once."""
    job = walk.waiting(JobKind.ERASE)[-1]
    walk.demo.system.misbehave({"fail_calls": 1, "throttle_calls": 1, "only": "erase"})
    walk.word([job], walk.fresh_code())
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
    walk.word([job], walk.fresh_code())
    walk.demo.system.happen({"what": "books", "client": job.client})
    walk.told()
    walk.carry()
    now = walk.job(job)
    return (
        job.client in walk.demo.system.register.records and now.state in {State.HELD, State.WITHDRAWN},
        f"{now.state} ({now.reason})",
    )


STEPS = (
    ("the console has a door", shown),
    ("a wrong code is refused", wrong_code),
    ("the owner's word is taken", approved),
    ("a code is good once", same_code),
    ("the booking system is called", called),
    ("receipts stay without a name", detached),
    ("done means looked at", looked),
    ("a lie is found out", lied),
    ("passing failures pass", passing_failure),
    ("who books is not erased", changed_meanwhile),
)
