"""Packages and lists whose time is over are destroyed: by each night, and by every worker once a minute."""

from connector import database, exports_endings, instructions, salons
from connector.program import Program


def end(program: Program, *, salon: str | None = None) -> int:
    """Destroy what is over, of one salon or of all; give how many. Safe side by side."""
    now = program.now()
    with database.read(program.engine) as db:
        over = exports_endings.over(db, now, salon=salon)
        slugs = sorted({*over, *instructions.salons_with_over(db, now, salon=salon)})
        accounts = {slug: salons.account(db, program.vault, slug) for slug in slugs}
    ended = 0
    for slug, account in accounts.items():
        if account is not None:
            with database.write(program.engine) as db:
                ended += exports_endings.end_over(db, account, over.get(slug, []), now=now)
                ended += instructions.end_all(db, account, "time", over=True, now=now)
    return ended
