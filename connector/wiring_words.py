"""What a trial of the wiring may find, word by word: which half it is about, and the sentence for a terminal."""

from collections.abc import Mapping

#: the halves: we call the booking system, its list can be read, its events come in
CALLBACKS, LIST, EVENTS = "callbacks", "list", "events"

#: what these say was not tried: it stands in nobody's way
UNTRIED = frozenset({"no_test_call"})
#: word → sentence, with places for a number and an address
WORDS: Mapping[str, str] = {
    "answers": "Callbacks: the booking system answers, and knows the token.",
    "no_address": "Callbacks: no address is known. Give one with 'ovikello salon set-address'.",
    "bad_address": "Callbacks: the address is none that can be called. Check it.",
    "not_https": "Callbacks: the address is plain http. Use https, or allow this host with OVIKELLO_ALLOW_HOSTS.",
    "address_refused": "Callbacks: the address is private. If it is right, allow this host with OVIKELLO_ALLOW_HOSTS.",
    "certificate_not_trusted": "Callbacks: its certificate is not trusted. Check the address, and the system's "
    "certificate.",
    "name_not_found": "Callbacks: there is no host of that name. Check how the address is spelt.",
    "no_connection": "Callbacks: nothing answers there. Check the address, and that the booking system is up.",
    "no_answer_in_time": "Callbacks: it took the call and did not answer in time. Try again; then ask who runs it.",
    "breaker_open": "Callbacks: it failed several times just now. Try again in a minute.",
    "no_answer": "Callbacks: no answer came. Check the address, and that the booking system is up.",
    "no_settings": "Callbacks: nothing was sent, since settings are missing. Give them with 'ovikello salon settings'.",
    "wrong_token": "Callbacks: nothing was sent: the token is not written as this system needs it. See 'ovikello salon "
    "set-token'.",
    "token_refused": "Callbacks: it answers, but refuses the token. See 'ovikello salon set-token'.",
    "no_such_path": "Callbacks: it answers {number}. Check the address' path.",
    "busy": "Callbacks: it answers {number}, so it is too busy just now. Try again in a few minutes.",
    "odd_status": "Callbacks: it answers {number}. Check the address' path.",
    "not_understood": "Callbacks: it answers, but not in this dialect. Check the address' path.",
    "sends_nothing": "Events: this system sends none. It is asked every night instead; there is nothing to set there.",
    "record_unread": "Callbacks: its list cannot be read at {where}. See docs/dialects/ for what belongs there.",
    "came_in": "Events: a signed event came in, and its signature holds.",
    "came_before": "Events: signed events have come in. The system has no test call with which to try it now.",
    "no_test_call": "Events: not tried, since the system has no test call (level 1 has none). Change a client there, "
    "and run this again: it tells whether an event came.",
    "cannot_be_tried": "Events: cannot be tried: no client, or the system has no test call.",
    "not_sent": "Events: the booking system would not send a test event.",
    "wrong_secret": "Events: it came in, but with a wrong secret. Give the system the right one.",
    "clocks_apart": "Events: it came in and was refused: the two clocks are {number} minutes apart. Set them right.",
    "none_came": "Events: none came in. Is {where} set there, and is 'ovikello serve' running?",
}
