"""Client ids of a booking system that the salon has left: set apart, since in the next system they mean somebody else.

Each system that a salon has had is a generation, the first is 1. Its ids stand as they are told while it is in use;
when the salon leaves it they get a mark in front that no booking system's id can have (a control character). What an
id is hashed as never changes by that: tombstones, jobs and evidence stay true.
"""

MARK = "\x1f"


def left_behind(client: str, generation: int) -> str:
    """The id as it stands once its system is left; one that was left before stays as it is."""
    return client if is_left_behind(client) else f"{mark(generation)}{client}"


def mark(generation: int) -> str:
    """What stands in front of every id of a system that was left."""
    return f"{MARK}{generation}:"


def is_left_behind(client: str) -> bool:
    """Whether an id is of a system that the salon has left: nobody can be asked about it any more."""
    return client.startswith(MARK)


def as_told(client: str) -> str:
    """The id as its own system wrote it, to be shown."""
    return client.partition(":")[2] if is_left_behind(client) else client


def hashed_as(client: str, generation: int) -> str:
    """What an id is hashed as, told in this generation: the same before and after its system is left.

    In the first generation it is the id itself, as it was before there were any.
    """
    if is_left_behind(client):
        told, _, bare = client[1:].partition(":")
        return bare if told == "1" else client
    return client if generation == 1 else left_behind(client, generation)
