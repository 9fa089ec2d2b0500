"""What the booking contract tells of clients themselves: records, merges, accounts, answers, requests."""

from collections.abc import Mapping

from webhooks import events
from webhooks.dialects import standard_shapes as shapes
from webhooks.dialects.standard_kinds import Events, Kind
from webhooks.dialects.standard_records import moment, told
from webhooks.envelope import Envelope


def _record(envelope: Envelope, data: shapes.ClientData) -> Events:
    return (told(data.client, at=envelope.at, digest=envelope.digest),)


def _deleted(envelope: Envelope, data: shapes.DeletedData) -> Events:
    return (events.ClientDeleted(at=envelope.at, digest=envelope.digest, client=data.client_id, by=data.by),)


def _merged(envelope: Envelope, data: shapes.MergedData) -> Events:
    if data.from_id == data.into_id:
        raise ValueError("merged into itself")
    return (
        events.ClientMerged(at=envelope.at, digest=envelope.digest, client=data.from_id, into=data.into_id),
    )


def _login(envelope: Envelope, data: shapes.LoginData) -> Events:
    return (events.LoggedIn(at=envelope.at, digest=envelope.digest, client=data.client_id),)


def _touch(touch: events.Touch) -> Kind:
    def say(envelope: Envelope, data: shapes.TouchData) -> Events:
        return (
            events.RecordTouched(
                at=envelope.at,
                digest=envelope.digest,
                client=data.client_id,
                staff=data.staff_id,
                what=data.what or "record",
                touch=touch,
            ),
        )

    return Kind(shapes.TouchData, say)


def _account(*, is_open: bool) -> Kind:
    def say(envelope: Envelope, data: shapes.AccountData) -> Events:
        return (
            events.AccountChanged(
                at=envelope.at, digest=envelope.digest, client=data.client_id, is_open=is_open, by=data.by
            ),
        )

    return Kind(shapes.AccountData, say)


def _consent(answer: events.Answer) -> Kind:
    def say(envelope: Envelope, data: shapes.ConsentData) -> Events:
        consent = events.Consent(
            purpose=data.purpose,
            channels=tuple(data.channels or ()),
            answer=answer,
            at=envelope.at,
            method=data.method or events.Method.NOT_TOLD,
            notice_version=data.notice_version,
            staff=data.staff_id,
        )
        return (
            events.ConsentAnswered(
                at=envelope.at, digest=envelope.digest, client=data.client_id, consent=consent
            ),
        )

    return Kind(shapes.ConsentData, say)


def _request(envelope: Envelope, data: shapes.RequestData) -> Events:
    return (
        events.RequestReceived(
            at=envelope.at,
            digest=envelope.digest,
            client=data.client_id,
            right=data.right,
            received_at=moment(data.received_at) or envelope.at,
            details=data.details,
        ),
    )


_RECORD = Kind(shapes.ClientData, _record)
KINDS: Mapping[str, Kind] = {
    "client.created": _RECORD,
    "client.updated": _RECORD,
    "client.deleted": Kind(shapes.DeletedData, _deleted),
    "client.merged": Kind(shapes.MergedData, _merged),
    "client.login": Kind(shapes.LoginData, _login),
    "client.viewed": _touch(events.Touch.VIEWED),
    "client.edited": _touch(events.Touch.EDITED),
    "account.created": _account(is_open=True),
    "account.closed": _account(is_open=False),
    "consent.given": _consent(events.Answer.GIVEN),
    "consent.refused": _consent(events.Answer.REFUSED),
    "consent.withdrawn": _consent(events.Answer.WITHDRAWN),
    "request.received": Kind(shapes.RequestData, _request),
}
