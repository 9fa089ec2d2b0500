"""The hooks of the pretend Easy!Appointments: each is sent once; what fails goes into a log, with all that it holds."""

from dataclasses import dataclass

import requests


@dataclass
class Hook:
    """Who is told, and with which token."""

    url: str
    token: str
    header: str = "X-Ea-Token"
    actions: str = "customer_save,customer_delete,appointment_save,appointment_delete"


class Outbox:
    """What is to be told, and to whom; where it is held, hooks wait for whoever wants to send them twice or late."""

    def __init__(self) -> None:
        self.hooks: list[Hook] = []
        self.is_held = False
        self.waiting: list[tuple[str, bytes]] = []
        self.answers: list[tuple[str, int | None]] = []
        self.log: list[str] = []

    def tell(self, action: str, body: bytes) -> None:
        """Something happened."""
        if self.is_held:
            self.waiting.append((action, body))
        else:
            self.send(action, body)

    def send(self, action: str, body: bytes) -> list[int | None]:
        """Send one hook to all that want it; give how each answered, None where it did not."""
        answered = []
        for hook in self.hooks:
            if action not in hook.actions.replace(" ", "").split(","):
                continue
            headers = {"Content-Type": "application/json", "User-Agent": "GuzzleHttp/7"}
            headers |= {hook.header: hook.token} if hook.token else {}
            try:
                status: int | None = requests.post(
                    hook.url, data=body, headers=headers, timeout=10
                ).status_code
            except requests.RequestException:
                status = None
            if status is None or status >= 400:
                self.log.append(f"{hook.token} {body.decode()}")
            answered.append(status)
        self.answers += [(action, status) for status in answered]
        return answered
