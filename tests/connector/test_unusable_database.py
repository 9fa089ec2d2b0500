"""A database that lacks a table is one that cannot be used now: the same answer whichever database it is."""

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from connector import database
from connector.app import create_app
from connector.commands import cli
from connector.commands.door import Door
from connector.config import Settings
from connector.program import Program
from connector.salons import Account
from connector.tables import Seen
from tests.builders import Clock
from tests.connector.intake import body_of, secrets_of
from webhooks.signatures import sign


def lose(program: Program, *statements: str) -> None:
    """Take something away that the program needs."""
    with database.write(program.engine) as db:
        for statement in statements:
            db.connection().execute(sa.text(statement))


@pytest.mark.parametrize("statement", ["DROP TABLE seen", "ALTER TABLE seen RENAME COLUMN digest TO other"])
def test_a_delivery_that_cannot_be_kept_is_asked_for_again(
    program: Program, salon: Account, statement: str
) -> None:
    app = create_app(program)
    body = body_of("client.updated", {"client": {"id": "c-1"}})
    headers = sign(secrets_of(program, salon)[0], "d-1", program.now(), body)
    lose(program, statement)
    answer = app.test_client().post("/webhooks/aava", data=body, headers=headers)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.content_type == "application/problem+json"
    assert "seen" not in answer.get_data(as_text=True)


def test_a_page_and_a_command_say_that_it_cannot_be_used_now(
    program: Program, world: Settings, salon: Account, clock: Clock
) -> None:
    lose(program, "DROP TABLE quarantined", "DROP TABLE api_token")
    answer = create_app(program).test_client().get("/metrics", headers={"Authorization": "Bearer x"})
    assert answer.status_code == 503
    door = Door(settings=world, now=clock)
    result = CliRunner().invoke(cli, ["quarantine", "list", "aava"], obj=door)
    door.program.engine.dispose()
    assert (result.exit_code, result.stdout) == (2, "")
    assert "cannot be used now" in result.stderr


def test_what_is_missing_is_one_kind_of_error_and_what_is_wrong_with_a_row_another(program: Program) -> None:
    lose(program, "DROP TABLE seen")
    with pytest.raises(sa.exc.OperationalError), database.read(program.engine) as db:
        db.connection().execute(sa.select(Seen))
    with pytest.raises(sa.exc.IntegrityError), database.write(program.engine) as db:
        db.connection().execute(sa.text("INSERT INTO evidence_head (salon) VALUES ('nobody')"))
