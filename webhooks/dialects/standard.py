"""The booking contract, version 1: for every booking system that speaks it, there is no code to write.

What it is and how to speak it: `docs/dialects/standard.md`.
"""

from webhooks.dialect import Dialect
from webhooks.dialects import standard_answers as answers
from webhooks.dialects import standard_calls as calls
from webhooks.dialects import standard_reading as reading
from webhooks.signatures import check_given, standard_webhooks

STANDARD = Dialect(
    name="standard",
    check=standard_webhooks,
    takes_secret=check_given,
    read=lambda delivery: reading.read(delivery.body),
    types=reading.TYPES,
    capabilities=calls.CAPABILITIES,
    read_capabilities=answers.read_capabilities,
    list_clients=calls.list_clients,
    read_page=lambda _asked, reply, at: answers.read_page(reply, at),
    look_up=calls.look_up,
    looked=answers.looked,
    erase=calls.erase,
    anonymise=calls.anonymise,
    erase_category=calls.erase_category,
    set_marketing=calls.set_marketing,
    set_restriction=calls.set_restriction,
    rectify=calls.rectify,
    export=calls.export,
    read_export=answers.read_export,
    ask_test=calls.ask_test,
)
