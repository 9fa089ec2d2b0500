"""What an installation tells of itself: counts by route and status, never a path, an id or an address."""

from time import perf_counter

from flask import Flask, Response, g, request
from prometheus_client import Counter, Histogram

ANSWERS = Counter("ovikello_http_answers", "Answers by route and status", ["route", "status"])
SECONDS = Histogram("ovikello_http_seconds", "Seconds to an answer, by route", ["route"])
DELIVERIES = Counter("ovikello_deliveries", "Webhooks by what became of them", ["outcome"])


def count_answers(app: Flask) -> None:
    """Count every answer of the application under its rule, so that no client id becomes a label."""

    @app.before_request
    def begin() -> None:
        g.began = perf_counter()

    @app.after_request
    def end(answer: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        ANSWERS.labels(route, str(answer.status_code)).inc()
        SECONDS.labels(route).observe(perf_counter() - g.get("began", perf_counter()))
        return answer
