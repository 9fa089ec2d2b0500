"""What a column of a list can mean, for each kind of list."""

from collections.abc import Mapping
from enum import StrEnum

from webhooks.vocabulary import Category, Channel


class Kind(StrEnum):
    """What a list is of: one row for each client, each visit, or each sale."""

    CLIENTS = "clients"
    VISITS = "visits"
    SALES = "sales"


class Field(StrEnum):
    """What stands in a column. Of those in `ONLY_HELD` nothing is taken but that the system holds it."""

    NUMBER = "number"
    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    PHONE = "phone"
    EMAIL = "email"
    LAST_VISIT = "last_visit"
    NEXT_BOOKING = "next_booking"
    MARKETING = "marketing"
    MARKETING_EMAIL = "marketing_email"
    MARKETING_SMS = "marketing_sms"
    FORBIDDEN = "forbidden"
    FORBIDDEN_EMAIL = "forbidden_email"
    FORBIDDEN_SMS = "forbidden_sms"
    DAY = "day"
    STATE = "state"
    ADDRESS = "address"
    BIRTH = "birth"
    IDENTITY_CODE = "identity_code"
    BUSINESS_ID = "business_id"
    NOTES = "notes"
    HEALTH = "health"
    GENDER = "gender"
    LANGUAGE = "language"
    BILLING = "billing"


ONLY_HELD: Mapping[Field, Category] = {
    Field.ADDRESS: Category.ADDRESS,
    Field.BIRTH: Category.BIRTH,
    Field.IDENTITY_CODE: Category.PERSONAL_IDENTITY_CODE,
    Field.BUSINESS_ID: Category.ORGANISATION,
    Field.NOTES: Category.NOTES,
    Field.HEALTH: Category.HEALTH,
    Field.GENDER: Category.GENDER,
    Field.LANGUAGE: Category.LANGUAGE,
    Field.BILLING: Category.BILLING,
}
#: which channels a switch is for; a plain one is for letters by e-mail and by text message
SWITCHES: Mapping[Field, tuple[Channel, ...]] = {
    Field.MARKETING: (Channel.EMAIL, Channel.SMS),
    Field.MARKETING_EMAIL: (Channel.EMAIL,),
    Field.MARKETING_SMS: (Channel.SMS,),
}
#: the same of what is forbidden: whose yes is a no
FORBIDS: Mapping[Field, tuple[Channel, ...]] = {
    Field.FORBIDDEN: (Channel.EMAIL, Channel.SMS),
    Field.FORBIDDEN_EMAIL: (Channel.EMAIL,),
    Field.FORBIDDEN_SMS: (Channel.SMS,),
}
WHO = (Field.NUMBER, Field.NAME, Field.FIRST_NAME, Field.LAST_NAME, Field.PHONE, Field.EMAIL)
#: several columns may hold these; of all others there is one
MANY = frozenset(ONLY_HELD)
#: what a list of each kind can tell
TELLS: Mapping[Kind, frozenset[Field]] = {
    Kind.CLIENTS: frozenset({*WHO, Field.LAST_VISIT, Field.NEXT_BOOKING, *SWITCHES, *FORBIDS, *ONLY_HELD}),
    Kind.VISITS: frozenset({*WHO, Field.DAY, Field.STATE}),
    Kind.SALES: frozenset({*WHO, Field.DAY}),
}
