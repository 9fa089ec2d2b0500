"""`ovikello serve`: waitress with a SIGTERM that lets what has begun come to its end (waitress has none)."""

import contextlib
import fcntl
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from flask import Flask

from connector.program import NotReady
from connector.serving_limits import Patience, Server

GRACE = 25.0  # seconds for open answers, as most supervisors wait thirty


@contextlib.contextmanager
def place(folder: Path) -> Iterator[None]:
    """Be the only `serve` on a data folder until the process ends, however it does. Raises NotReady.

    A second one would do no harm to what is kept, but it would answer beside the first with rates, sessions and a
    log of its own: somebody has made a mistake, and is told.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = (folder / "serve.lock").open("ab")
    except OSError:
        raise NotReady(
            f"The data folder {folder} cannot be written. Check its owner, mode and disk."
        ) from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotReady(
                f"Another 'ovikello serve' runs on {folder}. Stop that one first; for one more worker beside it there "
                "is 'ovikello work'."
            ) from None
        yield


def make_server(
    app: Flask, *, host: str, port: int, threads: int = 8, patience: Patience | None = None
) -> Any:
    """A listening server; `server.effective_port` tells the port where 0 was asked for."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    logging.getLogger("waitress").addFilter(_names_no_address)
    return Server(
        app,
        patience or Patience(),
        host=host,
        port=port,
        threads=threads,
        max_request_body_size=1024 * 1024,
        inbuf_overflow=64
        * 1024,  # what comes slowly waits in a file, not in memory; sealed (serving_bodies.py)
        outbuf_overflow=128 * 1024,  # and so does what is read slowly
        max_request_header_size=32 * 1024,
        ident=None,
        clear_untrusted_proxy_headers=True,
        asyncore_use_poll=True,  # select() dies above 1,024 descriptors
    )


def _names_no_address(record: logging.LogRecord) -> bool:
    """waitress tells whose page was left or broke down by its address, which may be a link that opens something.

    That somebody left is nothing to tell; of a fault its kind is told, as of any other of ours.
    """
    before, said, _address = record.getMessage().partition(" while serving ")
    if said:
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else "a fault"
        record.msg, record.args = f"{before} while serving: {kind}", ()
        record.exc_info = record.exc_text = None
    return record.levelno > logging.INFO or not said


def end_asked_for() -> threading.Event:
    """From now on SIGTERM and SIGINT only set this event. Call it before anything is begun that must be ended well."""
    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: asked.set())
    return asked


def leave_when_asked() -> None:
    """From now on SIGTERM leaves as Ctrl-C does: what is on the stack cleans up."""

    def leave(_number: int, _frame: Any) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, leave)


def run(server: Any, asked: threading.Event, *, before_end: Callable[[], None]) -> None:
    """Serve until the end is asked for; then answer what has begun, call `before_end`, and end the process with 0."""
    threading.Thread(target=_drain, args=(server, asked, before_end), daemon=True).start()
    server.run()


def _drain(server: Any, asked: threading.Event, before_end: Callable[[], None]) -> None:
    asked.wait()
    ending = threading.Thread(target=before_end, daemon=True)
    ending.start()  # at once: no job is begun while answers are still under way
    server.trigger.pull_trigger(lambda: _listen_no_more(server))
    end, tasks = time.monotonic() + GRACE, server.task_dispatcher
    while time.monotonic() < end and _is_busy(server, tasks):
        server.trigger.pull_trigger(lambda: _hang_up(server))
        time.sleep(0.05)
    ending.join()
    logging.shutdown()
    os._exit(0)


def _listen_no_more(server: Any) -> None:
    """Refuse who comes now, rather than let them wait for an answer that never comes. Runs in the server's loop."""
    server.del_channel()
    server.socket.close()


def _hang_up(server: Any) -> None:
    """Close connections that wait for their next request, or a steady sender would never let the process end."""
    for channel in list(server.active_channels.values()):
        if not _is_open(channel) and channel.request is None:
            channel.will_close = True


def _is_busy(server: Any, tasks: Any) -> bool:
    return bool(
        tasks.queue or tasks.active_count or any(map(_is_open, list(server.active_channels.values())))
    )


def _is_open(channel: Any) -> bool:
    return bool(channel.requests or channel.total_outbufs_len)
