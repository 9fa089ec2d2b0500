"""The installation that tests of whole processes run: on each database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connector.config import Settings
from tests.chaos.installation import Installation

Installed = Callable[[int], Installation]


@pytest.fixture
def installed(world: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """Makes an installation with so many jobs; everything of it has ended afterwards."""
    made: list[Installation] = []

    def make(jobs: int) -> Installation:
        folder: Path = tmp_path_factory.mktemp("installation")
        made.append(Installation(folder, None if world.is_sqlite else world.database_url, jobs=jobs, seed=1))
        return made[-1]

    yield make
    for one in made:
        one.stop()
