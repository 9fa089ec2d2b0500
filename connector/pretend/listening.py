"""A WSGI application that answers on this machine, from threads of this process."""

import threading
from typing import Any

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server


class Listening:
    """An application that listens at `base_url`, for as long as it is let."""

    def __init__(self, app: Flask, port: int = 0) -> None:
        self._server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
        self.base_url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Quiet(WSGIRequestHandler):
    """Without a log, whose lines would hold clients' ids; and the time is told by the application, if at all."""

    def send_response(self, code: Any, message: str | None = None) -> None:
        """Begin an answer, without this machine's own Date: a pretend system has a clock of its own."""
        self.send_response_only(code, message)

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""
