"""Letters on their way: to a real mail server, kept private, and every way in which that can fail."""

import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from connector import config_mail
from connector.config import ConfigError, Settings
from connector.config_mail import Mail
from connector.mail import MailFailed, post_of
from tests.connector.mail_server import PASSWORD, USER, MailServer, certificate, serving

FROM = "ovikello@aava.example"


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mail server's certificate."""
    return certificate(tmp_path_factory.mktemp("pem"))


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server on this machine, without TLS."""
    with serving(MailServer()) as server:
        yield server


@pytest.fixture
def private_server(pem: Path) -> Iterator[MailServer]:
    """One that offers TLS."""
    with serving(MailServer(certificate=pem)) as server:
        yield server


def letter() -> EmailMessage:
    """A letter with what letters have in Finnish."""
    made = EmailMessage()
    made["Subject"], made["From"], made["To"] = "Sinua odottaa jotakin – Hyvä", FROM, "omistaja@aava.example"
    made.set_content("8 hyväksyntää\n.\nYö oli hyvä.\n")
    return made


def to(server: MailServer, scheme: str, login: str = "") -> Mail:
    """The setting that points at a server."""
    return config_mail.read(f"{scheme}://{login}localhost:{server.port}", FROM)


def failure(mail: Mail, tls: ssl.SSLContext | None = None) -> str:
    """The word for how sending fails."""
    with pytest.raises(MailFailed) as caught:
        post_of(mail, tls=tls)(letter())
    return caught.value.why


def test_a_letter_arrives_as_it_was_written(server: MailServer) -> None:
    post_of(to(server, "smtp+plain"))(letter())
    (arrived,) = server.taken
    assert arrived["Subject"] == "Sinua odottaa jotakin – Hyvä"
    assert arrived.get_content().replace("\r\n", "\n") == "8 hyväksyntää\n.\nYö oli hyvä.\n"


def test_nothing_but_a_greeting_is_said_before_the_way_is_private(
    private_server: MailServer, pem: Path
) -> None:
    tls = ssl.create_default_context(cafile=str(pem))
    post_of(to(private_server, "smtp", f"{USER}:{PASSWORD}@"), tls=tls)(letter())
    assert len(private_server.taken) == 1
    assert {line.split(" ")[0].upper() for line in private_server.in_clear} == {"EHLO", "STARTTLS"}


def test_a_certificate_that_nobody_vouches_for_ends_it(private_server: MailServer) -> None:
    assert failure(to(private_server, "smtp", f"{USER}:{PASSWORD}@")) == "tls"
    assert private_server.taken == []


def test_a_server_that_offers_no_privacy_gets_no_password_and_no_letter(server: MailServer) -> None:
    assert failure(to(server, "smtp", f"{USER}:{PASSWORD}@")) == "not_private"
    assert server.taken == []
    assert not any(line.startswith("AUTH") for line in server.in_clear)


@pytest.mark.parametrize(("scheme", "why"), [("smtps", "tls"), ("smtp+plain", "login")])
def test_each_failure_has_a_word_of_its_own(server: MailServer, scheme: str, why: str) -> None:
    assert failure(to(server, scheme, "somebody:wrong@")) == why


@pytest.mark.parametrize(("verb", "why"), [("RCPT", "address"), ("MAIL", "address"), ("DATA", "refused")])
def test_a_refusal_says_what_was_refused(server: MailServer, verb: str, why: str) -> None:
    server.refuses = verb
    assert failure(to(server, "smtp+plain")) == why


def test_a_server_without_letters_beyond_ascii_does_not_take_the_address(server: MailServer) -> None:
    beyond = letter()
    del beyond["To"]
    beyond["To"] = "yrittäjä@aava.example"
    with pytest.raises(MailFailed, match="address"):
        post_of(to(server, "smtp+plain"))(beyond)


@pytest.mark.parametrize("verb", ["EHLO", "MAIL", "DATA"])
def test_a_server_that_hangs_up_did_not_answer(server: MailServer, verb: str) -> None:
    server.hangs_up_at = verb
    assert failure(to(server, "smtp+plain")) == "no_answer"


def test_a_server_that_is_not_there_did_not_answer() -> None:
    assert failure(config_mail.read("smtp+plain://localhost:9", FROM)) == "no_answer"


def test_into_a_folder_each_letter_is_a_file_for_its_owner_alone(tmp_path: Path) -> None:
    post = post_of(config_mail.read(f"file://{tmp_path}/mail", None))
    post(letter())
    post(letter())
    files = list((tmp_path / "mail").iterdir())
    assert len(files) == 2
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert b"omistaja@aava.example" in files[0].read_bytes()


def test_a_folder_that_cannot_be_written_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file stands in the way")
    assert failure(config_mail.read(f"file://{tmp_path}/mail", None)) == "folder"


@pytest.mark.parametrize(
    ("url", "sender", "says"),
    [
        ("smtp+plain://mail.example", FROM, "this machine"),
        ("smtp://mail.example", None, "OVIKELLO_MAIL_FROM is missing"),
        ("smtp://mail.example", "nobody", "one e-mail address"),
        ("smtp://mail.example", "a@b.example\nBcc: c@d.example", "one e-mail address"),
        ("smtp://", FROM, "must look like"),
        ("smtp://mail.example:many", FROM, "must look like"),
        ("smtp://mail.example/folder", FROM, "must look like"),
        ("https://mail.example", FROM, "must look like"),
        ("file://host/folder", None, "must look like"),
        ("s3cret", FROM, "must look like"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_at_the_start_and_not_shown(
    url: str, sender: str | None, says: str
) -> None:
    env = {"OVIKELLO_MAIL_URL": url} | ({"OVIKELLO_MAIL_FROM": sender} if sender else {})
    with pytest.raises(ConfigError, match=says) as caught:
        Settings.from_env(env)
    assert "s3cret" not in str(caught.value)


def test_a_password_never_shows_and_may_hold_any_sign() -> None:
    env = {"OVIKELLO_MAIL_URL": "smtps://me%40x:p%2Fw%3A@mail.example", "OVIKELLO_MAIL_FROM": FROM}
    settings = Settings.from_env(env)
    assert isinstance(settings.mail, Mail)
    server = settings.mail.to
    assert isinstance(server, config_mail.Server)
    assert (server.user, server.password, server.port) == ("me@x", "p/w:", 465)
    assert "p/w:" not in repr(settings)


def test_without_a_setting_there_is_no_mail() -> None:
    assert Settings.from_env({}).mail is None
