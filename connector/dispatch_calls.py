"""Which calls a job makes, by what the booking system can do."""

from dataclasses import dataclass

from connector import jobs_seen, lookup_entries
from connector.jobs_content import Content
from connector.jobs_seen import Found, Part
from connector.salons import Account
from policies.decisions import JobKind, Verdict
from webhooks.calls import Call
from webhooks.dialect import Looked
from webhooks.vocabulary import Category, Channel


@dataclass(frozen=True)
class Planned:
    """One step: one call, or as many as there are texts on entries; `verdict` is the one category that it is about.

    How many texts there are changes while they are cleared: what is done is known by what a look still finds, and not
    by how often something was sent.
    """

    calls: tuple[Call, ...]
    verdict: Verdict | None = None
    part: Part = Part.RECORD

    def found(self, content: Content, looked: Looked) -> Found:
        """Whether this step has been done."""
        return jobs_seen.found(content, looked, only=self.verdict, part=self.part)


def of(
    account: Account, can: frozenset[str], content: Content, client: str, entries: tuple[str, ...] = ()
) -> tuple[Planned, ...] | None:
    """The job's steps, in order; None where the system cannot do it, so that it becomes a task by hand.

    Texts on entries come last: a system that tells somebody of each then tells no name any more that has just gone.
    """
    of_record = _of_record(account, can, content, client)
    texts = lookup_entries.texts(account, can, content)
    if of_record is None or texts is None:
        return of_record
    return (*of_record, Planned(tuple(map(texts.clear, entries)), part=Part.ENTRIES))


def _of_record(
    account: Account, can: frozenset[str], content: Content, client: str
) -> tuple[Planned, ...] | None:
    match content.kind:
        case JobKind.ERASE:
            return _erase(account, can, client)
        case JobKind.ANONYMISE | JobKind.DETACH:
            return _anonymise(account, can, content, client) or _by_category(account, can, content, client)
        case JobKind.ERASE_CATEGORIES:
            return _by_category(account, can, content, client)
        case JobKind.MARKETING_OFF:
            return _switch_off(account, can, content, client)
        case _:
            return None


def _erase(account: Account, can: frozenset[str], client: str) -> tuple[Planned, ...] | None:
    erase = account.dialect.erase
    return (Planned((erase(client),)),) if erase is not None and "erase" in can else None


def _anonymise(
    account: Account, can: frozenset[str], content: Content, client: str
) -> tuple[Planned, ...] | None:
    anonymise = account.dialect.anonymise
    if anonymise is None or "anonymise" not in can:
        return None
    return (Planned((anonymise(client, frozenset(Category(word) for word in content.keep)),)),)


def _by_category(
    account: Account, can: frozenset[str], content: Content, client: str
) -> tuple[Planned, ...] | None:
    erase = account.dialect.erase_category
    if erase is None or "erase_category" not in can:
        return None
    calls = [(erase(client, Category(one.category), one.before), one) for one in content.going]
    planned = tuple(Planned((call,), verdict) for call, verdict in calls if call is not None)
    return planned if planned and len(planned) == len(calls) else None


def _switch_off(
    account: Account, can: frozenset[str], content: Content, client: str
) -> tuple[Planned, ...] | None:
    switch = account.dialect.set_marketing
    if switch is None or "marketing" not in can:
        return None
    return (Planned((switch(client, {Channel(word): False for word in sorted(content.off)}),)),)
