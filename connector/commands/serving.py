"""Serving: web, console and worker in one process; one more worker; the demo."""

import logging
from pathlib import Path
from typing import Any

import click
from flask import Flask

from connector import demo, engine, serving
from connector.app import create_app
from connector.commands.door import Door, WrongUse, json_option, pass_door, progress, say


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Which of this machine's addresses to listen at."
)
@click.option(
    "--port", default=8127, show_default=True, type=click.IntRange(0, 65535), help="0 takes any that is free."
)
@pass_door
def serve(door: Door, host: str, port: int) -> None:
    """Receive webhooks, show the console, carry jobs out and run the nights, in one process.

    \b
    ovikello serve
    ovikello serve --host 0.0.0.0 --port 8127

    It listens on this machine alone unless --host says otherwise: HTTPS in front of it is somebody else's work
    (docs/run-it.md). Ctrl-C ends it; a job that is under way is finished, or taken up again by the next start.
    """
    _log_at(door.settings.log_level)
    asked = serving.end_asked_for()
    program = door.program
    click.get_current_context().with_resource(serving.place(door.settings.data_dir))
    server = _listen(create_app(program), host, port)
    worker = engine.Engine(program)
    worker.start()
    click.echo(f"Ovikello serves at http://{host}:{server.effective_port}  (stop with Ctrl-C)")
    serving.run(server, asked, before_end=worker.stop)


@click.command()
@pass_door
def work(door: Door) -> None:
    """One more worker beside 'serve'; on another machine it needs PostgreSQL.

    \b
    ovikello work

    For an installation whose salons have more to be done than one process does; 'serve' carries jobs out by itself
    (OVIKELLO_ENGINE). Two workers never do the same job. Ctrl-C ends it.
    """
    _log_at(door.settings.log_level)
    asked = serving.end_asked_for()
    worker = engine.Engine(door.program)
    worker.start()
    click.echo("Ovikello works  (stop with Ctrl-C)")
    asked.wait()
    worker.stop()


@click.command("demo")
@click.option(
    "--port", default=8127, show_default=True, type=click.IntRange(0, 65535), help="0 takes any that is free."
)
@click.option(
    "--check", is_flag=True, help="Walk the whole journey without a browser; exit 0 only if every step held."
)
@json_option
@pass_door
def run_demo(door: Door, port: int, check: bool, as_json: bool) -> None:
    """A pretend salon with six years of history, its booking system, the console, and the whole journey.

    \b
    ovikello demo
    ovikello demo --check

    Prints an address, a log-in and the code that is valid now, and what to try. It needs no 'init', and keeps
    nothing: all of it lies in a folder that goes when you press Ctrl-C.
    """
    serving.leave_when_asked()
    with demo.folder() as directory:
        if check:
            steps = demo.check(directory, progress=progress)
            say(as_json, {"steps": [step.as_json() for step in steps]}, demo.table(steps))
            if not all(step.held for step in steps):
                raise SystemExit(1)
            return
        _show(directory, port)


def _show(directory: Path, port: int) -> None:
    prepared = demo.prepare(directory, progress=progress)
    asked = serving.end_asked_for()
    server = _listen(create_app(prepared.program), "127.0.0.1", port)
    worker = engine.Engine(prepared.program)
    worker.start()
    url = f"http://127.0.0.1:{server.effective_port}"
    prepared.connect(url)
    click.echo(demo.welcome(prepared, url))

    def end() -> None:
        worker.stop()
        prepared.stop()

    serving.run(server, asked, before_end=end)


def _log_at(level: str) -> None:
    """Log to stderr; what alembic says of a database that it only looks at is no news."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _listen(app: Flask, host: str, port: int) -> Any:
    try:
        return serving.make_server(app, host=host, port=port)
    except OSError:
        raise WrongUse(
            f"Port {port} is taken. Choose another one with --port, or 0 for any that is free."
        ) from None
    except ValueError:
        raise WrongUse(
            f"Nobody can listen at '{host}'. Give an address of this machine with --host."
        ) from None


COMMANDS = (serve, work, run_demo)
