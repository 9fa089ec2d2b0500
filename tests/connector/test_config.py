"""Settings are read at once, loudly, and show no secret."""

from datetime import timedelta
from pathlib import Path

import pytest

from connector.config import ConfigError, Numbers, Settings


def test_an_empty_environment_gives_sqlite_in_the_data_folder(tmp_path: Path) -> None:
    settings = Settings.from_env({"OVIKELLO_DATA_DIR": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path}/ovikello.db"
    assert settings.secret_key is None
    assert settings.journal_dir == tmp_path / "journal"
    assert settings.engine == "embedded"


def test_each_setting_has_its_own_name(tmp_path: Path) -> None:
    settings = Settings.from_env(
        {
            "OVIKELLO_DATA_DIR": str(tmp_path),
            "OVIKELLO_DATABASE_URL": "postgresql://one",
            "OVIKELLO_SECRET_KEY": "two",
            "OVIKELLO_JOURNAL_DIR": "/three",
            "OVIKELLO_ENGINE": "none",
            "OVIKELLO_ALLOW_HOSTS": "Four.example, five.example,",
            "OVIKELLO_PUBLIC_URL": "https://six.example/",
            "OVIKELLO_LOG_LEVEL": "debug",
            "OVIKELLO_LEASE_SECONDS": "1.5",
            "OVIKELLO_SWEEP_SECONDS": "0.25",
            "OVIKELLO_RETRY_SECONDS": "3",
            "OVIKELLO_LONGEST_RETRY_SECONDS": "4",
            "OVIKELLO_GIVE_UP_DAYS": "5",
            "OVIKELLO_CONNECT_SECONDS": "6",
            "OVIKELLO_READ_SECONDS": "7",
            "OVIKELLO_BREAKER_FAILURES": "8",
            "OVIKELLO_BREAKER_SECONDS": "9",
            "OVIKELLO_CALLS_PER_SECOND": "11",
            "OVIKELLO_DELIVERIES_PER_SECOND": "12",
            "OVIKELLO_DELIVERIES_AT_ONCE": "13",
        }
    )
    assert settings == Settings(
        data_dir=tmp_path,
        database_url="postgresql://one",
        secret_key="two",
        journal_dir=Path("/three"),
        engine="none",
        allow_hosts=frozenset({"four.example", "five.example"}),
        public_url="https://six.example",
        log_level="DEBUG",
        numbers=Numbers(
            lease=timedelta(seconds=1.5),
            sweep=0.25,
            first_retry=timedelta(seconds=3),
            longest_retry=timedelta(seconds=4),
            give_up_after=timedelta(days=5),
            connect_timeout=6,
            read_timeout=7,
            breaker_failures=8,
            breaker_open=9,
            calls_per_second=11,
            deliveries_per_second=12,
            deliveries_at_once=13,
        ),
    )


def test_the_numbers_are_those_of_the_design_where_nothing_is_said() -> None:
    assert Settings.from_env({}).numbers == Numbers()
    assert Numbers().over_after == timedelta(seconds=15)  # to connect, to read, and a little


@pytest.mark.parametrize(("lease", "seconds"), [(30, 13), (19.5, 13), (18, 12), (3, 2)])
def test_a_call_is_over_before_its_workers_lease_is(lease: float, seconds: float) -> None:
    numbers = Numbers(lease=timedelta(seconds=lease))
    assert numbers.longest_call == seconds
    assert numbers.longest_call < min(lease, numbers.over_after.total_seconds())


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from-a-file\n")
    settings = Settings.from_env({"OVIKELLO_SECRET_KEY_FILE": str(tmp_path / "key")})
    assert settings.secret_key == "from-a-file"


def test_the_key_that_init_made_is_found_in_the_data_folder(tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text("made\n")
    assert Settings.from_env({"OVIKELLO_DATA_DIR": str(tmp_path)}).secret_key == "made"


@pytest.mark.parametrize(
    ("env", "words"),
    [
        (
            {"OVIKELLO_SECRET_KEY_FILE": "/not/there"},
            "OVIKELLO_SECRET_KEY_FILE points at a file that is not there",
        ),
        ({"OVIKELLO_SECRET_KEY_FILE": "/"}, "cannot be read"),
        ({"OVIKELLO_ENGINE": "steam"}, "OVIKELLO_ENGINE must be"),
        ({"OVIKELLO_LOG_LEVEL": "loud"}, "OVIKELLO_LOG_LEVEL must be"),
        ({"OVIKELLO_LEASE_SECONDS": "soon"}, "OVIKELLO_LEASE_SECONDS must be a number above 0"),
        ({"OVIKELLO_LEASE_SECONDS": "0"}, "OVIKELLO_LEASE_SECONDS must be a number above 0"),
        ({"OVIKELLO_LEASE_SECONDS": "nan"}, "OVIKELLO_LEASE_SECONDS must be a number above 0"),
        ({"OVIKELLO_GIVE_UP_DAYS": "inf"}, "OVIKELLO_GIVE_UP_DAYS must be a number above 0"),
        ({"OVIKELLO_BREAKER_FAILURES": "2.5"}, "OVIKELLO_BREAKER_FAILURES must be a whole number"),
    ],
)
def test_what_cannot_be_read_is_said_never_guessed(env: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        Settings.from_env(env)


def test_no_secret_shows_in_the_settings_text() -> None:
    settings = Settings.from_env(
        {"OVIKELLO_SECRET_KEY": "hush-key", "OVIKELLO_DATABASE_URL": "postgresql://u:hush-password@db/x"}
    )
    assert "hush" not in repr(settings)
