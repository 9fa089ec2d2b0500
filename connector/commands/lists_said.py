"""What came of a list that was brought in, as `ovikello import` says it: for people, and for programs."""

from connector import imports_words
from connector.census_doubts import FEW_DAYS, MANY_NOES, MANY_REFUSED
from connector.census_file_taken import Taken
from connector.census_old_list import OLD_LIST
from connector.census_proved import Proved
from connector.census_short import SHORT
from connector.salons import Account
from webhooks.imports.columns import Column

_SHOWN = 20
#: what was seen of a list that was not taken, and what takes it nevertheless
_DOUBTS = {
    SHORT: (
        "{count} of {of} clients are not on this list, so nothing was taken.",
        "If the list is whole and they are gone, say --may-be-short. If not, export it anew.",
    ),
    MANY_NOES: (
        "{count} of {of} clients with a yes to marketing have a no on this list, so nothing was taken.",
        "If they said no, say --may-say-no; if you switched marketing off yourself, --noes-are-ours."
        " If the column is a wrong one, leave it out: --map 'COLUMN=-'.",
    ),
    FEW_DAYS: (
        "{count} of {of} clients whose last visit was known have none on this list, so nothing was taken.",
        "If they have not been there since, say --may-lack-days. If the column is a wrong one, mend it with --map.",
    ),
    MANY_REFUSED: (
        "{count} of {of} rows are about nobody on the list of clients, or cannot be read, so nothing was taken.",
        "If they are of clients who are gone, say --may-leave-rows. If names or columns differ, export it anew.",
    ),
    OLD_LIST: (
        "{count} of {of} rows are as they were in the booking system that was left, so nothing was taken.",
        "If the file is an old one, export the list anew. If it is of the present system, say --may-look-old.",
    ),
}


def of_columns(found: tuple[Column, ...]) -> list[dict[str, str | None]]:
    """What each column was taken for, for a program."""
    return [
        {"column": column.header, "field": None if column.field is None else column.field.value}
        for column in found
    ]


def document(account: Account, taken: Taken, found: tuple[Column, ...]) -> dict[str, object]:
    """All of it for a program: every row that was not taken, and every doubt."""
    return {
        "salon": account.slug,
        "kind": taken.kind.value,
        "taken": taken.is_taken,
        "seen": taken.seen,
        "new": taken.new,
        "changed": taken.changed,
        "later": taken.later,
        "vanished": taken.vanished,
        "rejected": len(taken.refused),
        "rows": [{"line": row.line, "because": row.why, "column": row.header} for row in taken.refused],
        "finding": taken.finding,
        "missing": taken.missing,
        "doubtful": taken.doubtful,
        "still_there": taken.proved.there,
        "proved_gone": taken.proved.gone,
        "not_proved": taken.proved.open,
        "doubts": [{"finding": one.finding, "count": one.count, "of": one.of} for one in taken.doubts],
        "columns": of_columns(found),
    }


def _proved(proved: Proved) -> list[str]:
    lines = (
        (
            proved.there,
            f"{proved.there} who are marked as erased are still on the list: they are proposed anew.",
        ),
        (proved.gone, f"{proved.gone} erasures are proved now: the clients are not on the list any more."),
        (proved.open, f"{proved.open} erasures are not proved: somebody of the same name is on the list."),
    )
    return [line for count, line in lines if count]


def text(slug: str, taken: Taken) -> str:
    """The same for people; where there are doubts, they alone, with what takes it nevertheless."""
    lines = [
        f"{slug}: {taken.seen} rows of {imports_words.KINDS[taken.kind]}, {taken.new} new, {taken.changed} changed "
        f"({taken.later} with a later visit or purchase), "
        f"{taken.vanished} gone, {len(taken.refused)} not taken."
    ]
    for row in taken.refused[:_SHOWN]:
        where = f", column {row.header}" if row.header else ""
        lines.append(f"  line {row.line}{where}: {imports_words.REFUSED[row.why]}")
    if len(taken.refused) > _SHOWN:
        lines.append(f"  and {len(taken.refused) - _SHOWN} more; --json has them all")
    lines += _proved(taken.proved)
    if taken.doubtful:
        lines.append(
            f"{taken.doubtful} clients are not on the list, but somebody of the same name is: they are kept for now."
        )
    if taken.doubts:
        lines = [
            f"{slug}: {_DOUBTS[one.finding][0].format(count=one.count, of=one.of)}\n{_DOUBTS[one.finding][1]}"
            for one in taken.doubts
        ]
    elif taken.finding is not None:
        lines.append(imports_words.FINDINGS[taken.finding])
    return "\n".join(lines)
