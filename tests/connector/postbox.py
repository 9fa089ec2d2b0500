"""A mail server as a program sees it: it takes letters, or says in a word why not."""

from dataclasses import dataclass, field
from email.message import EmailMessage

from connector.mail import MailFailed


@dataclass
class Postbox:
    """What arrived, and why nothing more does."""

    letters: list[EmailMessage] = field(default_factory=list)
    why: str | None = None

    def __call__(self, letter: EmailMessage) -> None:
        if self.why is not None:
            raise MailFailed(self.why)
        self.letters.append(letter)

    def to(self, address: str) -> list[EmailMessage]:
        """What somebody got."""
        return [letter for letter in self.letters if letter["To"] == address]

    def subjects(self, address: str) -> list[str]:
        """The subjects of what somebody got."""
        return [letter["Subject"] for letter in self.to(address)]
