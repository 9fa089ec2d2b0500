"""The conformance kit's trials of the list: what no webhook told, pages that shift, a list that is far too short."""

from connector.conformance_place import Place
from connector.conformance_report import need


def lost(place: Place) -> None:
    """No webhook comes at all: the census finds who is new and who is gone."""
    new, gone = place.system.regular("uusi"), place.clients[0]
    place.system.vanish(gone)
    place.system.waiting()
    done = place.sync()
    need(done.is_complete, "the census did not come to its end")
    need(new in place.mirrored(), "somebody new was not found")
    need(gone not in place.mirrored(), "somebody who is gone is still known")


def shifting_pages(place: Place) -> None:
    """Somebody vanishes while the list is read: nobody else is taken for gone."""
    everybody = [*place.clients, *place.system.crowd(place.account.dialect.page_size)]
    whole = place.sync()
    place.system.misbehave("shift")
    shifted = place.sync()
    there = {client for client in everybody if place.system.holds(client)}
    need(len(everybody) > len(there), "nothing shifted")
    need(place.mirrored() >= there, "somebody else was taken for gone")
    place.system.misbehave("shift", 0)
    again = place.sync()  # who vanished after their page was read is found out by the next one
    need(all(one.is_complete for one in (whole, shifted, again)), "the census did not come to its end")
    need(place.mirrored() == there, "the mirror is not the register")


def short_list(place: Place) -> None:
    """The list is suddenly far too short: that is a finding, and nobody is taken for gone."""
    hidden = place.clients[: len(place.clients) * 2 // 3]
    place.system.vanish(*hidden)
    done = place.sync()
    need(done.finding == "short_list", "a list that is far too short was believed")
    need(place.mirrored() == set(place.clients), "somebody was taken for gone")
    place.system.come_back(*hidden)
    need(place.sync().is_complete, "the whole list was not believed again")
