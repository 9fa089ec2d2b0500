"""The texts on a client's entries that a job is to clear beside the record: whether it has any, and which are left."""

from dataclasses import replace

from connector.jobs_content import Content
from connector.program import Program
from connector.salons import Account
from connector.sender import CallFailed
from policies.decisions import JobKind
from policies.vocabulary import Category
from webhooks.dialect import Looked
from webhooks.entry_texts import EntryTexts
from webhooks.errors import NotUnderstood

#: more pages than any client has; a list without an end is no list
_MOST_PAGES = 20


def texts(account: Account, can: frozenset[str], content: Content) -> EntryTexts | None:
    """How a job clears them; None where it does not: notes are to stay, or nobody has allowed it for this salon."""
    of_system = account.dialect.entry_texts
    if of_system is None or not can >= {"read", "anonymise", "erase_category"}:
        return None
    return of_system if takes_notes(content) else None


def takes_notes(content: Content) -> bool:
    """Whether all notes of a client go, while its entries stay: where the entries go, their texts go with them."""
    if content.kind in {JobKind.ANONYMISE, JobKind.DETACH}:
        return Category.NOTES not in content.keep
    return content.kind is JobKind.ERASE_CATEGORIES and any(
        one.category is Category.NOTES and one.before is None for one in content.going
    )


def beside(
    program: Program,
    account: Account,
    client: str,
    can: frozenset[str],
    content: Content,
    looked: Looked | None,
) -> Looked | None:
    """What a look found, with the entries whose text is left. Raises CallFailed where that cannot be told.

    Never called inside a transaction. The texts are in the answer, and go no further.
    """
    of_system = texts(account, can, content)
    if of_system is None or looked is None or looked.is_gone:
        return looked
    return replace(looked, entries=_left(program, account, client, of_system))


def _left(program: Program, account: Account, client: str, of_system: EntryTexts) -> tuple[str, ...]:
    found: list[str] = []
    cursor: str | None = None
    for _ in range(_MOST_PAGES):
        call = of_system.listed(client, cursor)
        reply = program.send(account, call)
        try:
            page = of_system.read(client, call, reply, program.now())
        except NotUnderstood:
            raise CallFailed(f"entries_answered_{reply.status}") from None
        found += page.ids
        cursor = page.next_cursor
        if cursor is None:
            return tuple(found)
    raise CallFailed("entries_without_end")
