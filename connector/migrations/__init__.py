"""Alembic's folder: numbered, plain SQLAlchemy types, importing nothing of the program's."""
