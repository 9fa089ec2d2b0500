"""Packages and lists whose time is over are destroyed: by each night, and by every worker once a minute."""

from connector import database, exports_endings, instructions, salons, sealed_links
from connector.program import Program
from connector.tables import Instruction, Package


def end(program: Program, *, salon: str | None = None) -> int:
    """Destroy what is over, of one salon or of all; give how many. Safe side by side."""
    now = program.now()
    with database.read(program.engine) as db:
        packages = sealed_links.salons_with_over(db, Package, now, salon=salon)
        lists = sealed_links.salons_with_over(db, Instruction, now, salon=salon)
        accounts = [salons.account(db, program.vault, slug) for slug in sorted({*packages, *lists})]
    ended = 0
    for account in accounts:
        if account is not None:
            with database.write(program.engine) as db:
                ended += exports_endings.end_over(db, account, now=now)
                ended += instructions.end_over(db, account, now=now)
    return ended
