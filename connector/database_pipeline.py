"""PostgreSQL's wire: what may wait goes out with the next question or with the commit, all in one round trip.

libpq's pipeline mode, in psycopg's own low-level words (`psycopg.pq`): its cursors turn to the server at each
statement, and take several times the processor time. Statements are prepared once a connection; PostgreSQL would plan
each anew, which takes longer than all the rest.
"""

import select
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from typing import Any

import psycopg
import sqlalchemy as sa
import sqlalchemy.event
from psycopg import pq
from psycopg.errors import error_from_result
from psycopg.pq.abc import PGresult

from connector import database_errors, database_pipeline_values, database_wire
from connector.database_wire import HasInfo, Said, Told, Words

_BEGIN, _COMMIT = Words("", b"BEGIN", ()), Words("", b"COMMIT", ())
_BEGIN_AT = {
    level: Words("", f"BEGIN ISOLATION LEVEL {level.name.replace('_', ' ')}".encode(), ())
    for level in psycopg.IsolationLevel
}
#: after which the driver leaves what is prepared as it is
_KEEPING = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
_FAILED = {pq.ExecStatus.FATAL_ERROR, pq.ExecStatus.BAD_RESPONSE, pq.ExecStatus.PIPELINE_ABORTED}


def listen(engine: sa.Engine) -> None:
    """Give each connection of an engine its wire; whatever SQLAlchemy says goes out after what waits there."""

    @sqlalchemy.event.listens_for(engine, "connect")
    def connect(driver: "psycopg.Connection[Any]", record: Any) -> None:
        database_wire.attach(record.info, Pipeline(driver))

    @sqlalchemy.event.listens_for(engine, "before_cursor_execute")
    def before(connection: sa.Connection, _cursor: Any, statement: str, *_: Any) -> None:
        pipeline = _pipeline(connection)
        with database_errors.usual_errors(connection):
            pipeline.flush()
        if not statement.lstrip().startswith(_KEEPING):
            pipeline.doubt()

    @sqlalchemy.event.listens_for(engine, "commit")
    def commit(connection: sa.Connection) -> None:
        with database_errors.usual_errors(connection):
            _pipeline(connection).finish()

    @sqlalchemy.event.listens_for(engine, "reset")
    def reset(driver: "psycopg.Connection[Any]", record: sa.pool.ConnectionPoolEntry, _state: Any) -> None:
        if driver.pgconn.transaction_status != pq.TransactionStatus.IDLE:  # left open: the pool rolls it back
            _pipeline(record).forget()

    @sqlalchemy.event.listens_for(engine, "rollback")
    def rollback(connection: sa.Connection) -> None:
        _pipeline(connection).forget()


def _pipeline(connection: HasInfo) -> "Pipeline":
    found = database_wire.of(connection)
    assert isinstance(found, Pipeline)  # noqa: S101 - `connect` gave it
    return found


class Pipeline:
    """One connection's wire."""

    def __init__(self, driver: "psycopg.Connection[Any]") -> None:
        self._driver, self._pgconn = driver, driver.pgconn
        self._waiting: list[Said] = []
        self._prepared: dict[Words, bytes] = {}
        self._is_sure = True
        self._numbers = count()
        self.readers: Mapping[type, Callable[[Any], object]] = database_pipeline_values.READERS

    def ask(self, said: Sequence[Said], *, begins: bool) -> list[Told]:
        """Send what waits and all of this, and wait once for what comes of it."""
        before, self._waiting = self._waiting, []
        is_first = self._pgconn.transaction_status == pq.TransactionStatus.IDLE
        if begins and is_first:
            before = [Said(_begin(self._driver), ({},)), *before]
        try:
            told = self._exchange([*before, *said])
        except psycopg.errors.InvalidSqlStatementName:
            if not is_first:
                raise
            # whoever had the connection before us ended what was prepared; nothing was done yet that is to be kept
            self._driver.rollback()
            self.doubt()
            told = self._exchange([*before, *said])
        return told[len(before) :]

    def later(self, said: Said) -> None:
        """Have it wait for the next question, or for the commit."""
        self._waiting.append(said)

    def flush(self) -> None:
        """Send what waits, since something else is to be said."""
        if self._waiting:
            self.ask((), begins=True)

    def finish(self) -> None:
        """Send what waits together with the commit; where nothing does, the driver commits by itself."""
        if self._waiting:
            self.ask([Said(_COMMIT, ({},))], begins=True)

    def forget(self) -> None:
        """Leave undone what waited: it is rolled back."""
        self._waiting.clear()
        self.doubt()

    def doubt(self) -> None:
        """Look before what is prepared is used: after a rollback or a DROP the driver ends all of it."""
        self._is_sure = False

    def _exchange(self, said: Sequence[Said]) -> list[Told]:
        """One round trip. Raises the driver's error where anything failed, and then nothing after it was done."""
        names, fresh = self._named(dict.fromkeys(words for words, _ in said))
        sent = [
            [database_pipeline_values.parameters(words, values) for values in times] for words, times in said
        ]
        pgconn = self._pgconn
        try:
            pgconn.enter_pipeline_mode()
            for words in fresh:
                pgconn.send_prepare(names[words], words.postgresql)
            for (words, _), times in zip(said, sent, strict=True):
                for values, formats in times:
                    pgconn.send_query_prepared(names[words], values, formats)
            pgconn.pipeline_sync()
            results = self._results()
            pgconn.exit_pipeline_mode()
        except BaseException:
            self._driver.close()  # in the middle of its answers, which nobody would know from those that come next
            raise
        for result in results:
            if result.status in _FAILED:
                raise error_from_result(result, encoding="utf-8")
        self._prepared = names
        answers = iter(results[len(fresh) :])
        return [database_pipeline_values.told([next(answers) for _ in times]) for times in sent]

    def _named(self, wanted: Iterable[Words]) -> tuple[dict[Words, bytes], list[Words]]:
        """Under which name each statement is prepared, and those that are still to be."""
        if not self._is_sure:
            found = self._pgconn.exec_(b"SELECT name FROM pg_prepared_statements")
            known = {found.get_value(row, 0) for row in range(found.ntuples)}
            self._prepared = {words: name for words, name in self._prepared.items() if name in known}
            self._is_sure = True
        fresh = [words for words in wanted if words not in self._prepared]
        return self._prepared | {words: b"ovikello_%d" % next(self._numbers) for words in fresh}, fresh

    def _results(self) -> "list[PGresult]":
        """What the server answers to everything, up to the mark that ends it; others may go on while we wait."""
        pgconn, found = self._pgconn, list[PGresult]()
        ready = select.poll()
        while True:
            while not pgconn.is_busy():
                result = pgconn.get_result()
                if result is None:  # what stands between the answers to two statements
                    if pgconn.status == pq.ConnStatus.BAD:
                        raise psycopg.OperationalError("the connection is lost")
                elif result.status == pq.ExecStatus.PIPELINE_SYNC:
                    return found
                else:
                    found.append(result)
            is_sent = pgconn.flush() == 0
            ready.register(pgconn.socket, select.POLLIN if is_sent else select.POLLIN | select.POLLOUT)
            ready.poll()
            pgconn.consume_input()


def _begin(driver: "psycopg.Connection[Any]") -> Words:
    """As the driver itself would begin."""
    level = driver.isolation_level
    return _BEGIN if level is None else _BEGIN_AT[level]
