"""Made-up people for the pretend salon. Addresses end in example.com; the phone numbers are nobody's."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

from faker import Faker

LANGUAGES = ("fi",) * 18 + ("sv", "en")


def people(seed: int) -> Iterator[dict[str, str]]:
    """Fields of one person after the other; the same seed always gives the same people."""
    chance = random.Random(seed)  # noqa: S311 - a story, no secret
    fake = Faker("fi_FI", use_weighting=False)
    fake.seed_instance(seed)
    number = 0
    while True:
        number += 1
        first, last = fake.first_name(), fake.last_name()
        plain = f"{first}.{last}".lower().translate(str.maketrans("äöåéü -", "aoaeu--"))
        person = {
            "name": f"{first} {last}",
            "email": f"{plain}.{number}@example.com",
            "phone": f"+358 50 000 {number:04d}",
            "language": chance.choice(LANGUAGES),
        }
        if chance.random() < 0.6:
            person["birth_date"] = (date(1940, 1, 1) + timedelta(days=chance.randrange(24_000))).isoformat()
        if chance.random() < 0.1:
            person["address"] = f"{fake.street_address()}, {fake.postcode()} {fake.city()}"
        yield person
