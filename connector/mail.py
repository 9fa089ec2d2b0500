"""Letters on their way out: to a mail server, or into a folder as files."""

import os
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from uuid import uuid4

from connector.config_mail import Mail, Security, Server

#: seconds for each step of a conversation with a mail server
TIMEOUT = 10.0

#: sends a letter; gives nothing, or raises MailFailed
Post = Callable[[EmailMessage], None]


class MailFailed(Exception):
    """The letter was not taken. `why` is one word that says where it stopped; no address stands in it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def post_of(mail: Mail, *, tls: ssl.SSLContext | None = None) -> Post:
    """How letters go out by these settings."""
    if isinstance(mail.to, Server):
        return Smtp(mail.to, tls or ssl.create_default_context())
    return Folder(mail.to)


@dataclass(frozen=True)
class Smtp:
    """A mail server. Nothing is said to it before the way there is private, unless it is on this machine."""

    server: Server
    tls: ssl.SSLContext

    def __call__(self, letter: EmailMessage) -> None:
        """Hand the letter over; raises MailFailed."""
        try:
            with self._connected() as smtp:
                if self.server.user is not None:
                    smtp.login(self.server.user, self.server.password or "")
                smtp.send_message(letter)
        except smtplib.SMTPAuthenticationError:
            raise MailFailed("login") from None
        except smtplib.SMTPNotSupportedError as error:  # no log-in there, or no letters beyond ASCII
            raise MailFailed("login" if "AUTH" in str(error) else "address") from None
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused):
            raise MailFailed("address") from None
        except ssl.SSLError:
            raise MailFailed("tls") from None
        except smtplib.SMTPResponseException:
            raise MailFailed("refused") from None
        except (smtplib.SMTPException, OSError):
            raise MailFailed("no_answer") from None

    def _connected(self) -> smtplib.SMTP:
        host, port = self.server.host, self.server.port
        if self.server.security is Security.TLS:
            return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=self.tls)
        smtp = smtplib.SMTP(host, port, timeout=TIMEOUT)
        if self.server.security is Security.STARTTLS:
            try:
                smtp.starttls(context=self.tls)
            except smtplib.SMTPNotSupportedError:
                smtp.close()
                raise MailFailed("not_private") from None
            except BaseException:
                smtp.close()
                raise
        return smtp


@dataclass(frozen=True)
class Folder:
    """A folder into which each letter is written as a file that mail programs open."""

    path: Path

    def __call__(self, letter: EmailMessage) -> None:
        """Write the letter down, for its owner's eyes only; raises MailFailed."""
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(
                os.open(self.path / f"{uuid4()}.eml", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
            ) as f:
                f.write(letter.as_bytes(policy=SMTP))
        except OSError:
            raise MailFailed("folder") from None
