"""The owner's browser, as the walk needs it: pages, forms, one cookie, no script."""

from collections.abc import Iterable

import requests

from connector import approvals
from connector.jobs import Listed

_SECONDS = 20


class Browser:
    """Redirects are not followed: where an answer sends one is what it says."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._cookies: dict[str, str] = {}

    def page(self, path: str) -> requests.Response:
        """Open a page."""
        answer = requests.get(
            self._url + path, cookies=self._cookies, allow_redirects=False, timeout=_SECONDS
        )
        return self._kept(answer)

    def send(self, path: str, **form: str) -> requests.Response:
        """Send a form from one of its own pages."""
        answer = requests.post(
            self._url + path,
            data=form,
            headers={"Origin": self._url},
            cookies=self._cookies,
            allow_redirects=False,
            timeout=_SECONDS,
        )
        return self._kept(answer)

    def word(self, chosen: Iterable[Listed], code: str) -> requests.Response:
        """Approve these jobs as the page showed them: 303 taken, 403 a code that does not hold, 409 some fell out."""
        listed = list(chosen)
        jobs = " ".join(job.job.hex for job in listed)
        seen = approvals.group_digest(listed)
        salon = listed[0].salon if listed else ""
        return self.send("/approve", salon=salon, jobs=jobs, seen=seen, word="approve", code=code)

    def _kept(self, answer: requests.Response) -> requests.Response:
        self._cookies |= answer.cookies.get_dict()
        return answer
