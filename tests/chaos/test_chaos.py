"""A short rehearsal of crashes on each database; `make chaos` makes longer ones."""

import pytest

from tests.chaos.rehearsal import Plan, Rehearsal
from tests.chaos.run import DATABASES, place


@pytest.mark.journey
@pytest.mark.parametrize("database", DATABASES)
def test_crashes_and_lies_lose_nothing_do_nothing_twice_and_touch_nobody_else(database: str) -> None:
    said: list[str] = []
    with place(database) as (folder, url):
        broken = Rehearsal(folder, url, Plan(jobs=16, seconds=4, seed=3, settle=60), said.append).run()
    assert not any(broken.values()), "\n".join(said)
