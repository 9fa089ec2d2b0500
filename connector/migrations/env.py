"""How Alembic runs: on the connection that it is handed, or on the URL in the configuration."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from sqlmodel import SQLModel

from connector import database, tables

OWN = SQLModel.metadata


def _mine(name: str | None, kind: str, parents: object) -> bool:
    """Only our own tables: a job engine may keep tables of its own beside them."""
    return kind != "table" or name in OWN.tables


def _render(kind: str, column_type: Any, autogen: Any) -> str | Literal[False]:
    """Migrations import neither SQLModel nor our own types."""
    if kind == "type" and isinstance(column_type, tables.UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and type(column_type).__name__ == "AutoString":
        length = getattr(column_type, "length", None)
        return f"sa.String(length={length})" if length else "sa.String()"
    return False


def _run(connection: sa.Connection) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        # Batch mode drops and makes tables anew: with foreign keys on, ON DELETE CASCADE would empty the
        # children. Inside a transaction this pragma does nothing, so it comes first.
        driver = connection.connection.driver_connection
        assert driver is not None  # noqa: S101 - a live connection has one
        driver.execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=OWN,
        render_as_batch=is_sqlite,
        compare_type=True,
        transaction_per_migration=True,
        include_name=_mine,
        render_item=_render,
    )
    with context.begin_transaction():
        context.run_migrations()
    if is_sqlite:
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"a migration left {len(broken)} rows without their parents")


def main() -> None:
    """Run on a connection of our own engine."""
    engine = database.make_engine(context.config.attributes["url"])
    with engine.connect() as connection:
        _run(connection)
        connection.commit()
    engine.dispose()


main()
