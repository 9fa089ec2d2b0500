"""What a policy promises and this release of Ovikello does not see to by itself: said, so that nobody relies on it."""

from collections.abc import Iterator

from policies.policy import OwnRecords, Policy


def not_yet(policy: Policy) -> tuple[str, ...]:
    """A sentence for each promise of the file that the salon has to keep by hand."""
    return tuple(_all(policy))


def _all(policy: Policy) -> Iterator[str]:
    if policy.marketing.max_frequency:
        yield "marketing.max_frequency: nothing counts messages before they are sent; the newsletter tool has to."
    if policy.own_records.request_files != OwnRecords.request_files:
        yield "own_records.request_files: Ovikello keeps no files of requests yet."
    if policy.own_records.suppression is not None:
        yield "own_records.suppression: noes that outlive their client stay for as long as they may be needed."
