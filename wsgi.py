"""`wsgi:application` for any WSGI server; `ovikello serve` runs the same application."""

import logging

from connector import config, journal_replay, program
from connector.app import create_app

opened = program.open_program(config.from_environment())
for text in journal_replay.replay(opened).texts:  # a restored database, before the first request is served
    logging.getLogger("ovikello").warning(text)
application = create_app(opened)
