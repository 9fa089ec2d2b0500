"""A mail server as the world has them: it speaks SMTP, may insist on TLS and a log-in, refuses, or hangs up."""

import base64
import datetime
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "ovikello", "s3cret-of-the-relay"


@dataclass
class MailServer:
    """What a server took, and how it behaves."""

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    #: what was said to it before the way was private
    in_clear: list[str] = field(default_factory=list)
    refuses: str | None = None  # a command (RCPT, DATA) that it answers with 550
    hangs_up_at: str | None = None
    certificate: Path | None = None


class _Conversation(socketserver.StreamRequestHandler):
    is_private = False

    def handle(self) -> None:
        answers = {"EHLO": self._greeted, "STARTTLS": self._private, "AUTH": self._login, "DATA": self._data}
        self._say("220 mail.example ESMTP")
        while line := self.rfile.readline().decode(errors="replace").strip():
            verb = line.split(" ")[0].upper()
            if not self.is_private:
                self.owner.in_clear.append(line)
            if verb == self.owner.hangs_up_at:
                return
            if verb == self.owner.refuses:
                self._say("550 no")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                answers.get(verb, self._fine)(line)

    def finish(self) -> None:
        super().finish()
        if self.is_private:
            self.request.close()

    @property
    def owner(self) -> MailServer:
        found: MailServer = self.server.owner  # type: ignore[attr-defined]
        return found

    def _greeted(self, _line: str) -> None:
        is_offered = self.owner.certificate is not None and not self.is_private
        offers = ["250-mail.example", "250-AUTH PLAIN LOGIN", *["250-STARTTLS"] * is_offered, "250 8BITMIME"]
        self._say("\r\n".join(offers))

    def _private(self, _line: str) -> None:
        if self.owner.certificate is None:
            self._say("502 not here")
            return
        self._say("220 go on")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.owner.certificate)
        for file in (self.rfile, self.wfile):
            file.close()
        self.request = context.wrap_socket(self.request, server_side=True)
        self.setup()
        self.is_private = True

    def _login(self, line: str) -> None:
        right = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
        self._say("235 welcome" if line.rsplit(" ", maxsplit=1)[-1] == right else "535 no")

    def _fine(self, _line: str) -> None:
        self._say("250 fine")

    def _data(self, _line: str) -> None:
        self._say("354 go on")
        self.owner.taken.append(self._letter())
        self._say("250 taken")

    def _letter(self) -> EmailMessage:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b"..") else line)
        letter = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(letter, EmailMessage)
        return letter

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class _Listening(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Who hung up on the server has told us already."""


@contextmanager
def serving(server: MailServer) -> Iterator[MailServer]:
    """Let a server listen on this machine."""
    with _Listening(("127.0.0.1", 0), _Conversation) as listening:
        listening.owner = server  # type: ignore[attr-defined]
        server.port = listening.server_address[1]
        threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server
        listening.shutdown()


def certificate(folder: Path) -> Path:
    """A certificate of `localhost` with its key, that nobody has vouched for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    began = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(began)
        .not_valid_after(began + datetime.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    encoding = serialization.Encoding.PEM
    file.write_bytes(
        key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(encoding)
    )
    return file
