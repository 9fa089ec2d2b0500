"""Who of two lists is the same person: certain on both sides, or nobody is."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from connector.census_pairs import Known, pairs

HASHES = st.frozensets(st.sampled_from("abcd"), max_size=2)
PEOPLE = st.dictionaries(
    st.sampled_from(["1", "2", "3", "4"]),
    st.builds(
        Known,
        st.fixed_dictionaries(
            {"email": HASHES, "phone": HASHES.map(lambda some: frozenset(map(str.upper, some)))}
        ),
        st.frozensets(st.sampled_from("xy"), max_size=1),
    ),
)
SAID = st.dictionaries(st.sampled_from(["email", "phone"]), st.booleans())


class Counted(dict[str, Known]):
    """Old ones, and how often one of them was compared with somebody."""

    compared = 0

    def __getitem__(self, key: str) -> Known:
        self.compared += 1
        return super().__getitem__(key)


def known(email: str = "", phone: str = "", name: str = "") -> Known:
    """Somebody with these hashes."""
    points = {"email": frozenset(email), "phone": frozenset(phone)}
    return Known({kind: some for kind, some in points.items() if some}, frozenset(name))


def test_a_telephone_number_and_an_address_together_say_who_somebody_is() -> None:
    assert pairs({"old": known("e", "p")}, {"new": known("e", "p")}) == {"new": "old"}
    assert pairs({"old": known("ef", "p")}, {"new": known("f", "pq")}) == {"new": "old"}


def test_a_contact_point_alone_says_nothing() -> None:
    for one in (known("e"), known("", "p"), known("e", "q"), known("f", "p")):
        assert pairs({"old": known("e", "p")}, {"new": one}) == {}
    assert pairs({"old": known("ef")}, {"new": known("ef")}) == {}


def test_a_name_with_one_of_the_two_says_it_as_well() -> None:
    assert pairs({"old": known("e", "p", "n")}, {"new": known("", "p", "n")}) == {"new": "old"}
    assert pairs({"old": known("e", "p", "n")}, {"new": known("", "p", "m")}) == {}


def test_where_two_could_be_meant_nobody_is() -> None:
    twins = {"one": known("e", "p"), "other": known("e", "p")}
    assert pairs(twins, {"new": known("e", "p")}) == {}
    assert pairs({"old": known("e", "p")}, twins) == {}
    assert pairs({"old": known("e", "p"), **twins}, {"new": known("f", "q")}) == {}


def test_the_owners_word_decides_over_what_is_shared_and_over_nothing_else() -> None:
    old = {"old": known("e", "p")}
    assert pairs(old, {"new": Known({"phone": frozenset("p")}, said={"phone": True})}) == {"new": "old"}
    both = {"email": frozenset("e"), "phone": frozenset("p")}
    assert pairs(old, {"new": Known(both, said={"phone": False})}) == {}
    assert pairs(old, {"new": Known(both, said={"phone": False, "email": True})}) == {}
    assert pairs(old, {"new": Known({"phone": frozenset("q")}, said={"phone": True})}) == {}


@given(old=PEOPLE, new=PEOPLE)
def test_nobody_is_two_and_whoever_is_somebody_shares_what_decides(
    old: dict[str, Known], new: dict[str, Known]
) -> None:
    found = pairs(old, new)
    assert len(set(found.values())) == len(found)
    for other, one in found.items():
        shares = [new[other].points[kind] & old[one].points[kind] for kind in ("email", "phone")]
        assert all(shares) or new[other].names & old[one].names


def test_thousands_who_share_a_number_are_not_compared_each_with_each() -> None:
    people = {
        str(n): Known({"phone": frozenset({"salon"}), "email": frozenset({f"e{n}"})}) for n in range(500)
    }
    old = Counted(people)
    assert pairs(old, people) == {str(n): str(n) for n in range(500)}
    assert old.compared <= 2 * len(people)


def are_one(old: Known, new: Known) -> bool:
    """Whether two are the same for certain, looked at by themselves."""
    shared = [kind for kind in ("email", "phone") if new.points[kind] & old.points[kind]]
    said = [new.said[kind] for kind in shared if kind in new.said]
    return all(said) if said else len(shared) == 2 or bool(old.names & new.names)


@given(old=PEOPLE, new=PEOPLE, said=SAID)
def test_nobody_is_missed_who_would_be_found_by_comparing_each_with_each(
    old: dict[str, Known], new: dict[str, Known], said: dict[str, bool]
) -> None:
    new = {other: replace(known, said=said) if other < "3" else known for other, known in new.items()}
    certain = [(other, one) for other in new for one in old if are_one(old[one], new[other])]
    alone = [
        (other, one)
        for other, one in certain
        if [each for each, _ in certain].count(other) == [each for _, each in certain].count(one) == 1
    ]
    assert pairs(old, new) == dict(alone)


@given(old=PEOPLE, new=PEOPLE)
def test_it_is_the_same_whichever_list_is_which(old: dict[str, Known], new: dict[str, Known]) -> None:
    back = {one: other for other, one in pairs(old, new).items()}
    assert pairs(new, old) == back
