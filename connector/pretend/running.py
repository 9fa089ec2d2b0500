"""The pretend booking system on a port of its own."""

import threading
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from connector.pretend.api import create_api
from connector.pretend.system import Pretend


class Running:
    """A pretend booking system that listens at `base_url`."""

    def __init__(self, pretend: Pretend, server: BaseWSGIServer, ended: threading.Event) -> None:
        self._pretend = pretend
        self._server = server
        self._ended = ended
        self.base_url = f"http://127.0.0.1:{server.server_port}"
        self._thread = threading.Thread(
            target=server.serve_forever, args=(0.02,), name="pretend", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """End it, and those calls that hang."""
        self._ended.set()
        self._pretend.outbox.stop()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Quiet(WSGIRequestHandler):
    """Without a log: its lines would hold clients' ids."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""


def serve(pretend: Pretend, port: int = 0) -> Running:
    """Answer on this machine, from threads."""
    ended = threading.Event()
    app = create_api(pretend, ended)
    return Running(pretend, make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet), ended)
