"""THE HANDS: everything that remembers (database), reaches (network), shows (console) or wakes (jobs).

webhook → verified → event → mirror → decision → job → the owner's word → callback → looked at → evidence

| step | module | takes | gives | asks |
| --- | --- | --- | --- | --- |
| 0 arrive | hooks | HTTP request | Delivery | — |
| 1 let in, once | inbox | Delivery | Events | webhooks: dialect.check, dialect.read |
| 2 mirror | mirror, facts | Event | mirror rows, and from them ClientFacts | — |
| 3 plan | plan | ClientFacts | Decision → Job (proposed) | policies: decide |
| 4 approve | approvals | the owner's word on what they saw | Job (approved, rejected) | — |
| 5 call back | dispatch | Job (approved) | Job (sent, unknown, stuck) | policies: decide again; webhooks: the calls |
| 6 look | verify | Job (sent, pending, by hand, verified) | Job (verified, pending, reopened) | webhooks: looked |
| 7 prove | evidence | each move of a job | a chained line without personal data | — |

Steps 1 and 3 to 6 (and the census) never import each other: the baton is a row in the database, so that each can crash,
be repeated and be tested on its own. They all use 2 and 7, which are means: the mirror is read and written by its own
modules, and evidence is appended by `jobs_moves.move`, in the transaction of the move that it tells of.

Words, one meaning each: salon (a controller) · client (a data subject) · owner · dialect (how a booking system
speaks) · delivery (one webhook as it arrived) · event (what it says) · mirror · category (a kind of data) ·
anchor (a date counted from) · hold (a reason to keep what is due) · verdict (on one category) · decision (all
verdicts on a client on one day) · job · move (of a job) · approval · call and reply · leftovers · tombstone ·
census (a walk through the booking system's whole list) · finding (of a night) · evidence · policy.
"""
