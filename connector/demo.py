"""`ovikello demo`: prepare it, walk it headless, say what to try."""

from collections.abc import Callable
from pathlib import Path

from connector import clock, demo_steps_in, demo_steps_out, demo_steps_proof
from connector.app import create_app
from connector.demo_browser import Browser
from connector.demo_walk import Shifted, Step, Walk
from connector.demo_world import Demo, folder, prepare, welcome
from connector.pretend.listening import Listening
from connector.program import Clock

__all__ = ["Demo", "Step", "check", "folder", "prepare", "table", "welcome"]

STEPS = (*demo_steps_in.STEPS, *demo_steps_out.STEPS, *demo_steps_proof.STEPS)


def check(
    directory: Path, *, progress: Callable[[str], None] = lambda line: None, now: Clock = clock.now
) -> list[Step]:
    """Walk the whole journey without a browser, over real HTTP; each step says what was seen, and whether it held."""
    shifted = Shifted(now)
    demo = prepare(directory, progress=progress, now=shifted)
    listening = Listening(create_app(demo.program))
    demo.connect(listening.base_url)
    walk = Walk(demo, shifted, listening.base_url, Browser(listening.base_url))
    steps = []
    for name, walked in STEPS:
        progress(name)
        steps.append(Step(name, *walked(walk)))
    listening.stop()
    demo.stop()
    return steps


def table(steps: list[Step]) -> str:
    """The steps for a terminal."""
    width = max(len(step.step) for step in steps)
    lines = [f"{'held  ' if step.held else 'BROKEN'}  {step.step:<{width}}  {step.detail}" for step in steps]
    broken = sum(not step.held for step in steps)
    end = "Every step held." if not broken else f"{broken} of {len(steps)} steps did not hold."
    return "\n".join([*lines, "", end])
