"""THE LANGUAGE: what a booking system says to us, and what we say back.

Bytes to values and values to requests, in both directions, for each booking system. Pure: no database, no
network, no clock. The Flask route that receives webhooks is `connector/hooks.py`.

To add a booking system:

1. `webhooks/dialects/<name>.py` with one frozen `Dialect` at its end;
2. one line in `webhooks/registry.py`;
3. recorded payloads in `tests/webhooks/payloads/<name>/`, and its page in `docs/dialects/`.
"""
