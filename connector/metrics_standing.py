"""How an installation stands when `/metrics` is asked: what waits, what is late, what is old. No salon is named."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, func, select

from connector.states import LIVE, State
from connector.tables import Census, Job, Look, Night, Quarantined, Salon

#: what should have been carried on with that long ago is late: leases, breakers and slow answers are far shorter
LATE_AFTER = timedelta(minutes=10)
#: states that the engine carries on with by itself
_CARRIED = (State.APPROVED, State.SENDING, State.UNKNOWN, State.PENDING)


def text(db: Session, now: datetime) -> bytes:
    """Every gauge, in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Standing(list(_gauges(db, now))))
    return generate_latest(registry)


class _Standing(Collector):
    """Gauges that were read already."""

    def __init__(self, gauges: list[GaugeMetricFamily]) -> None:
        self._gauges = gauges

    def collect(self) -> list[GaugeMetricFamily]:
        """As they were read."""
        return self._gauges


def _gauges(db: Session, now: datetime) -> Iterator[GaugeMetricFamily]:
    count = db.exec(select(func.count()).select_from(Salon)).one()
    yield GaugeMetricFamily("ovikello_salons", "Salons of this installation", value=count)
    yield _jobs(db)
    yield GaugeMetricFamily(
        "ovikello_late", "Jobs and looks that nobody carries on with", value=_late(db, now)
    )
    waiting = select(func.count()).select_from(Quarantined).where(Quarantined.state == "waiting")
    yield GaugeMetricFamily(
        "ovikello_quarantine_waiting", "Deliveries that wait for the owner", value=db.exec(waiting).one()
    )
    yield GaugeMetricFamily(
        "ovikello_oldest_night_seconds",
        "Since the last night of the salon that has waited longest",
        value=_age(db, now, col(Night.ran_at), col(Night.salon)),
    )
    yield GaugeMetricFamily(
        "ovikello_oldest_list_seconds",
        "Since the last whole comparison with the booking system, of the salon that has waited longest",
        value=_age(db, now, col(Census.finished_at), col(Census.salon)),
    )


def _jobs(db: Session) -> GaugeMetricFamily:
    counted = dict(
        db.exec(
            select(Job.state, func.count()).where(col(Job.state).in_(LIVE)).group_by(col(Job.state))
        ).all()
    )
    gauge = GaugeMetricFamily("ovikello_jobs", "Jobs that wait for something, by state", labels=["state"])
    for state in sorted(LIVE):
        gauge.add_metric([state.value], counted.get(state, 0))
    return gauge


def _late(db: Session, now: datetime) -> int:
    since = now - LATE_AFTER
    jobs = select(func.count()).where(
        col(Job.state).in_(_CARRIED), func.coalesce(col(Job.lease_until), col(Job.due_at)) <= since
    )
    looks = select(func.count()).where(col(Look.looked_at).is_(None), col(Look.due_at) <= since)
    return db.exec(jobs).one() + db.exec(looks).one()


def _age(db: Session, now: datetime, at: Mapped[datetime | None], salon: Mapped[str]) -> float:
    """Seconds since the newest moment of the salon that has waited longest; a salon without one waits since it came."""
    newest = select(salon.label("salon"), func.max(at).label("at")).group_by(salon).subquery()
    standing = select(func.min(func.coalesce(newest.c.at, col(Salon.connected_at)))).select_from(
        sa.outerjoin(Salon, newest, newest.c.salon == col(Salon.slug))
    )
    oldest = db.exec(standing).one()
    return 0.0 if oldest is None else (now - oldest).total_seconds()
