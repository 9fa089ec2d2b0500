"""The jobs that follow from the verdicts on a client."""

from policies.decisions import JobKind, MarketingOutcome, MarketingVerdict, Outcome, Proposal, Verdict


def of_verdicts(verdicts: tuple[Verdict, ...], *, comes_back: bool) -> tuple[Proposal, ...]:
    """The one job that the categories need, if any; who comes back is never erased whole."""
    going = tuple(verdict for verdict in verdicts if verdict.outcome is Outcome.ERASE)
    if not going:
        # what was made anonymous or parted from the client before stays as it is
        return ()
    if comes_back or not all(_leaves(verdict) for verdict in verdicts):
        return (Proposal(JobKind.ERASE_CATEGORIES, _words(going), going),)
    if len(going) == len(verdicts):
        return (Proposal(JobKind.ERASE, _words(going), verdicts),)
    outcomes = {verdict.outcome for verdict in verdicts}
    kind = JobKind.ANONYMISE if Outcome.ANONYMISE in outcomes else JobKind.DETACH
    keep = frozenset(verdict.category for verdict in verdicts if verdict.outcome is Outcome.DETACH)
    return (Proposal(kind, _words(verdicts), verdicts, keep),)


def of_switches(marketing: tuple[MarketingVerdict, ...]) -> tuple[Proposal, ...]:
    """At most two jobs: what follows from a recorded no, and what no record stands behind."""
    off = [verdict for verdict in marketing if verdict.outcome is MarketingOutcome.SWITCH_OFF]
    found = []
    for by_no in (True, False):
        kind = [verdict for verdict in off if verdict.by_no is by_no]
        if kind:
            because = tuple(sorted({verdict.because for verdict in kind}))
            channels = frozenset(verdict.channel for verdict in kind)
            found.append(Proposal(JobKind.MARKETING_OFF, because, off=channels, by_no=by_no))
    return tuple(found)


def _leaves(verdict: Verdict) -> bool:
    """Whether nothing of the category stays with the client."""
    if verdict.outcome is Outcome.ERASE:
        return verdict.before is None
    return verdict.outcome in {Outcome.ANONYMISE, Outcome.DETACH}


def _words(verdicts: tuple[Verdict, ...]) -> tuple[str, ...]:
    return tuple(sorted({verdict.because for verdict in verdicts}))
