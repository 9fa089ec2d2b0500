"""The contract's closed lists of words: purposes, channels, data categories.

Source: the booking contract, version 1, section 1. `policies/` has the same words in its own
`vocabulary.py`, since the two folders never import each other; a test holds them equal.
"""

from enum import StrEnum


class Purpose(StrEnum):
    """What a consent is asked for."""

    SERVICE = "service"
    NEWSLETTER = "newsletter"
    DIRECT_MARKETING = "direct_marketing"
    DISTANCE_SELLING = "distance_selling"
    MARKET_RESEARCH = "market_research"
    PROFILING = "profiling"
    DIRECTORY_PUBLICATION = "directory_publication"
    RAFFLE_PUBLICATION = "raffle_publication"
    HEALTH_DATA = "health_data"


class Channel(StrEnum):
    """A way to reach a client."""

    EMAIL = "email"
    SMS = "sms"
    PHONE = "phone"
    POST = "post"
    WEB = "web"


class Category(StrEnum):
    """A kind of data that a booking system holds of a client."""

    IDENTITY = "identity"
    CONTACT = "contact"
    ADDRESS = "address"
    BIRTH = "birth"
    PERSONAL_IDENTITY_CODE = "personal_identity_code"
    ORGANISATION = "organisation"
    BILLING = "billing"
    LANGUAGE = "language"
    BOOKINGS = "bookings"
    VISITS = "visits"
    PURCHASES = "purchases"
    TREATMENTS = "treatments"
    HEALTH = "health"
    NOTES = "notes"
    WISHES = "wishes"
    DISCOUNTS = "discounts"
    FEEDBACK = "feedback"
    RAFFLES = "raffles"
    MARKETING_PREFERENCES = "marketing_preferences"
    PREPAID = "prepaid"
    PHOTOS = "photos"
    GENDER = "gender"
    LOGIN = "login"
    ACCESS_LOG = "access_log"
    IP_LOG = "ip_log"
