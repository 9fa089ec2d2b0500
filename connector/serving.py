"""`ovikello serve`: waitress with a SIGTERM that lets what has begun come to its end (waitress has none)."""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import waitress
from flask import Flask

GRACE = 25.0  # seconds for open answers, as most supervisors wait thirty


def make_server(app: Flask, *, host: str, port: int, threads: int = 8) -> Any:
    """A listening server; `server.effective_port` tells the port where 0 was asked for."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    return waitress.create_server(
        app,
        host=host,
        port=port,
        threads=threads,
        connection_limit=1000,  # the default of 100 is filled by that many slow senders
        channel_timeout=30,
        cleanup_interval=5,
        max_request_body_size=1024 * 1024,
        max_request_header_size=32 * 1024,
        ident=None,
        clear_untrusted_proxy_headers=True,
        asyncore_use_poll=True,  # select() dies above 1,024 descriptors
    )


def run(server: Any, *, before_end: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT; then answer what has begun, call `before_end`, and end the process."""

    def stop(_signal: int, _frame: Any) -> None:
        threading.Thread(target=_drain, args=(server, before_end), daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    server.run()


def _drain(server: Any, before_end: Callable[[], None]) -> None:
    server.readable = lambda: False  # accept nothing new; closing the socket here would break the poll
    end, tasks = time.monotonic() + GRACE, server.task_dispatcher
    while time.monotonic() < end and _is_busy(server, tasks):
        time.sleep(0.05)
    before_end()
    logging.shutdown()
    os._exit(0)


def _is_busy(server: Any, tasks: Any) -> bool:
    channels = list(server.active_channels.values())
    return bool(tasks.queue or tasks.active_count or any(c.requests or c.total_outbufs_len for c in channels))
