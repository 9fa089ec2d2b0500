"""Problem details: the one shape of every error that is no page (RFC 9457)."""

from flask import Response, json

MEDIA_TYPE = "application/problem+json"


def problem(status: int, title: str, *, detail: str | None = None, **extra: object) -> Response:
    """An error answer; `detail` says what to do, and nothing in it comes from the request."""
    body = {"type": "about:blank", "title": title, "status": status, **extra}
    if detail is not None:
        body["detail"] = detail
    return Response(json.dumps(body) + "\n", status, content_type=MEDIA_TYPE)
