"""A promise of the file that nothing keeps is said, and one that is kept is not."""

from dataclasses import replace

import pytest

from policies.not_yet import not_yet
from policies.periods import Period
from policies.policy import Policy
from tests.policies.cases import YEARLY

PLAIN = replace(YEARLY, marketing=replace(YEARLY.marketing, max_frequency={}))


@pytest.mark.parametrize(
    ("policy", "key"),
    [
        (replace(PLAIN, marketing=YEARLY.marketing), "marketing.max_frequency"),
        (
            replace(PLAIN, own_records=replace(PLAIN.own_records, request_files=Period(days=3))),
            "own_records.request_files",
        ),
        (
            replace(PLAIN, own_records=replace(PLAIN.own_records, suppression=Period(months=12))),
            "own_records.suppression",
        ),
    ],
)
def test_a_promise_that_nothing_keeps_is_said(policy: Policy, key: str) -> None:
    (said,) = not_yet(policy)
    assert said.startswith(f"{key}: ")


def test_of_a_file_whose_promises_are_all_kept_nothing_is_said() -> None:
    assert not_yet(PLAIN) == ()
