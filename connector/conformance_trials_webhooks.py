"""The conformance kit's trials of what a system sends: twice, turned round, late, from a stranger, by two secrets."""

from datetime import timedelta

from sqlmodel import SQLModel

from connector import database, salons_connection
from connector.conformance_place import SALON, Place
from connector.conformance_report import need
from connector.conformance_system import Parcel, another
from connector.conformance_trials_erasures import erased


def delivered_twice(place: Place) -> None:
    """Each webhook comes twice: nothing changes by the second."""
    parcels = _some_parcels(place)
    need(all(200 <= status < 300 for status in place.deliver(*parcels)), "a webhook was not taken")
    place.fetch()
    before = place.known()
    need(all(200 <= status < 300 for status in place.deliver(*parcels)), "a repeat was refused")
    place.fetch()
    need(place.known() == before, "a repeat changed what is known")


def out_of_order(place: Place) -> None:
    """Webhooks come in the opposite order: the same is known afterwards."""
    parcels = _some_parcels(place)
    known = []
    for some in (parcels, parcels[::-1]):
        _forget(place)
        place.deliver(*some)
        place.fetch()
        place.sync()
        known.append(place.known())
    need(known[0] == known[1], "another order left something else known")


def late_after_erasure(place: Place) -> None:
    """A webhook from before an erasure comes after it: nobody is back."""
    client = place.clients[0]
    place.system.change(client)
    late = place.system.waiting()
    place.pass_time(hours=1)
    erased(place)
    need(all(200 <= status < 300 for status in place.deliver(*late)), "a late webhook was not taken")
    place.fetch()
    need(client not in place.mirrored(), "a late webhook brought somebody back")


def stranger(place: Place) -> None:
    """Somebody without the secret sends, and somebody sends other bytes under a right signature."""
    place.system.regular("tuttu")
    parcels = place.system.waiting()
    before = place.known()
    wrong = "whsec_" + "A" * 43 + "="
    need(set(place.deliver(*parcels, secret=wrong)) == {401}, "a wrong secret was let in")
    need(place.known() == before, "somebody without the secret changed what is known")
    changed = [another(parcel) for parcel in parcels]
    need(all(status < 300 for status in place.deliver(*changed)), "the same in other bytes was refused")


def secret_changed(place: Place) -> None:
    """The secret is changed: the old one holds for its time, and then no more."""
    old = place.secret
    with database.write(place.program.engine) as db:
        hour = timedelta(hours=1)
        new = salons_connection.rotate_secret(db, place.account, now=place.at, overlap=hour)
    for secret, right in ((old, True), (new, True)):
        place.system.change(place.clients[5])
        place.pass_time(seconds=2)
        (status, *_) = place.deliver(*place.system.waiting(), secret=secret)
        need((200 <= status < 300) is right, "one of two secrets was refused while both hold")
    place.pass_time(hours=2)
    place.system.change(place.clients[5])
    late = place.system.waiting()
    need(set(place.deliver(*late, secret=old)) == {401}, "a secret held after its end")
    need(
        all(200 <= status < 300 for status in place.deliver(*late, secret=new)), "the new secret was refused"
    )


def _some_parcels(place: Place) -> list[Parcel]:
    """What is told of a new client, and of changes to one who was there."""
    place.system.regular("uusi")
    for client in place.clients[4:6]:
        place.pass_time(seconds=5)
        place.system.change(client)
    place.pass_time(seconds=5)
    return place.system.waiting()


def _forget(place: Place) -> None:
    """Empty the mirror, and forget the deliveries, as if nothing had come yet."""
    mirrored = {"seen", "hint", "client", "entry", "consent_record", "contact", "tombstone"}
    with database.write(place.program.engine) as db:
        for table in reversed(SQLModel.metadata.sorted_tables):
            if table.name in mirrored:
                db.connection().execute(table.delete().where(table.c.salon == SALON))
