"""`wsgi:application` for any WSGI server; `ovikello serve` runs the same application."""

from connector import config, program
from connector.app import create_app

application = create_app(program.open_program(config.from_environment()))
