"""The command line: `ovikello`, the one command. Each prints for people, and with `--json` for programs.

Exit status: 0 done · 1 findings, or refused · 2 wrong use (one sentence, what to do, nothing changed).
"""

from connector.commands.root import cli, main

__all__ = ["cli", "main"]
