"""Free text that outlives a client's name: searched for the name before anybody forgets it.

The record that was read before the calls tells what to look for; it is in memory only, and gone with this step.
"""

from connector import lookup
from connector.jobs_content import Content
from connector.program import Program
from connector.salons import Account
from connector.sender import CallFailed
from policies.decisions import JobKind
from policies.vocabulary import Category
from webhooks.dialect import Looked
from webhooks.residue import Texts, mentioned


def fields(
    program: Program, account: Account, client: str, content: Content, before: Looked | None, *, is_done: bool
) -> frozenset[str]:
    """The fields whose text still speaks of a client whose name was just taken away.

    Where it is not known to be done yet (`is_done`), or cannot be read, what was there before is searched, as far as it
    was to stay. Never called inside a transaction.
    """
    if before is None or not before.person or not _takes_the_name(content):
        return frozenset()
    texts = _texts(program, account, client) if is_done else None
    if texts is None:
        texts = tuple((name, text) for name, text in before.texts if not _goes(name, content))
    return mentioned(before.person, texts)


def _texts(program: Program, account: Account, client: str) -> Texts | None:
    try:
        return lookup.ask(program, account, client).texts
    except CallFailed:
        return None


def _takes_the_name(content: Content) -> bool:
    if content.kind in {JobKind.ANONYMISE, JobKind.DETACH}:
        return True
    going = {verdict.category for verdict in content.going if verdict.before is None}
    return content.kind is JobKind.ERASE_CATEGORIES and Category.IDENTITY in going


def _goes(name: str, content: Content) -> bool:
    """Whether a field is named as a category that goes; of any other it is not known."""
    return name in {verdict.category.value for verdict in content.going}
