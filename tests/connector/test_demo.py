"""The demo: a throw-away installation, real things in its queue, and a walk that says when something does not hold."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from connector import clock, database, demo, evidence, jobs
from connector.app import create_app
from connector.config import Settings
from connector.demo import Demo, Step
from connector.demo_world import OWNER, policy_of
from connector.pretend.listening import Listening
from connector.program import Clock
from connector.states import State
from policies.decisions import JobKind
from policies.findings import findings
from policies.reading import read
from tests.builders import NOON

pytestmark = pytest.mark.journey


def standing_at(moment: datetime) -> Clock:
    """A clock that starts at a moment and goes on from there."""
    began = clock.now()
    return lambda: moment + (clock.now() - began)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One demo for those tests that only look."""
    made = demo.prepare(tmp_path_factory.mktemp("demo"))
    yield made
    made.stop()


def test_every_step_of_the_walk_holds_even_on_a_purge_day(tmp_path: Path) -> None:
    steps = demo.check(tmp_path, now=standing_at(datetime(2027, 1, 15, 0, 30, tzinfo=UTC)))
    assert [step for step in steps if not step.held] == []
    assert len(steps) > 20


def test_the_queue_has_real_things_in_it(prepared: Demo) -> None:
    with database.read(prepared.program.engine) as db:
        listed = jobs.listed(db, prepared.account)
    waiting = {job.kind for job in listed if job.state is State.PROPOSED}
    assert {JobKind.ERASE, JobKind.DETACH, JobKind.ERASE_CATEGORIES} <= waiting
    assert [job.kind for job in listed if job.state is State.VERIFIED] == [JobKind.MARKETING_OFF] * 4
    assert {one.because for one in prepared.night.held} >= {
        "open_invoice",
        "debt_collection",
        "prepaid_value",
    }
    assert any(one.category.startswith("marketing:") for one in prepared.night.asked)
    assert not any(job.over_limit for job in listed)


def test_its_evidence_is_whole_from_the_start(prepared: Demo) -> None:
    with database.read(prepared.program.engine) as db:
        assert evidence.check(db, prepared.account).whole


def test_the_welcome_says_all_that_is_needed_to_log_in(prepared: Demo) -> None:
    text = demo.welcome(prepared, "http://127.0.0.1:8127")
    for word in (
        "http://127.0.0.1:8127",
        OWNER,
        prepared.password,
        prepared.secret,
        prepared.running.base_url,
    ):
        assert word in text


def test_a_page_stands_in_for_the_owners_authenticator(prepared: Demo) -> None:
    before = prepared.code()
    answer = requests.get(f"{prepared.running.base_url}/pretend/code", timeout=10)
    assert answer.status_code == 200
    assert before in answer.text or prepared.code() in answer.text


def test_the_policy_of_the_demo_is_in_force_and_lawful() -> None:
    policy = read(policy_of(NOON))
    assert policy.effective_from == (NOON - timedelta(days=30)).date()
    assert [found.code for found in findings(policy) if found.blocks] == []


def test_the_demo_shows_no_secret_in_its_representation(prepared: Demo) -> None:
    shown = repr(prepared)
    for secret in (prepared.password, prepared.secret, prepared.webhook_secret):
        assert secret not in shown


def test_its_folder_is_its_own_and_gone_afterwards() -> None:
    with demo.folder() as one, demo.folder() as other:
        assert one != other
        assert list(one.iterdir()) == []
        assert Settings.from_env({}).data_dir not in {one, other}
        (one / "ovikello.db").write_text("x")
    assert not one.exists()
    assert not other.exists()


def test_it_tells_what_happens_as_it_happens_and_stopping_destroys_everything(tmp_path: Path) -> None:
    made = demo.prepare(tmp_path / "demo")
    listening = Listening(create_app(made.program))
    made.connect(listening.base_url)
    client = made.system.cast.regulars[0]
    made.system.salon.answers(client, "newsletter", "withdrawn", at=clock.now(), channels=("email", "sms"))
    assert made.system.outbox.flush(timeout=20)
    assert made.system.outbox.given_up == []
    listening.stop()
    assert (tmp_path / "demo").exists()
    made.stop()
    assert not (tmp_path / "demo").exists()
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{made.running.base_url}/pretend", timeout=2)


def test_the_table_says_which_step_broke() -> None:
    good, bad = Step("one", True, "as it should"), Step("another", False, "nothing came")
    assert demo.table([good]).endswith("Every step held.")
    text = demo.table([good, bad])
    assert text.splitlines()[1].startswith("BROKEN")
    assert text.endswith("1 of 2 steps did not hold.")
    assert good.as_json() == {"step": "one", "held": True, "detail": "as it should"}
