"""The law: what may be kept, must be kept, must go, and who may be written to. Facts in, decision out. Pure.

- `facts.py` holds everything that a rule may look at, `decisions.py` everything that a rule may say.
- `reading.py` reads a salon's policy file (TOML, version 1) into `policy.py`; `findings.py` says what the law
  thinks of it.
- `decide.py` asks the rules: `retention.py`, `holds.py`, `statutes.py`, `urgent.py`, `consents.py`, `marketing.py`.
- `explain.py` turns a reason word into a sentence; `library/` has three whole policy files to start from.

Nothing here knows a clock, a file, a database or a network: the same facts, policy and day give the same decision.
"""
