"""Packages whose time is over are destroyed: by each night, and by every worker once a minute."""

from connector import database, exports_endings, salons
from connector.program import Program


def end(program: Program, *, salon: str | None = None) -> int:
    """Destroy what is over, of one salon or of all; give how many. Safe side by side."""
    now = program.now()
    with database.read(program.engine) as db:
        over = exports_endings.over(db, now, salon=salon)
        accounts = {slug: salons.account(db, program.vault, slug) for slug in over}
    ended = 0
    for slug, packages in over.items():
        account = accounts[slug]
        if account is not None:
            with database.write(program.engine) as db:
                ended += exports_endings.end_over(db, account, packages, now=now)
    return ended
