"""What there is to say about a list that was brought in: why it cannot be read, why a row was not taken, what next."""

from typing import NamedTuple

from connector.texts_words import N_
from webhooks.imports.fields import FORBIDS, ONLY_HELD, SWITCHES, WHO, Field, Kind


class Doubtful(NamedTuple):
    """One doubt about a list, as it is asked of the owner."""

    seen: str
    means: str
    otherwise: str
    it_is_so: str
    #: another answer that takes the list, and what it would mean; of noes alone: they are the owner's
    owners: tuple[str, str] | None = None


#: why a file is no list → what to do
UNREADABLE = {
    "empty": N_("The file is empty. Export the list anew."),
    "encoding": N_("The file's letters cannot be read. Save it as CSV in UTF-8, or as XLSX."),
    "not_text": N_("The file is no list. Export the list as CSV or XLSX."),
    "one_column": N_("The file has a single column. Save it as CSV with semicolons or commas, or as XLSX."),
    "no_header": N_("The list has no row with the names of its columns. Put one above the first row."),
    "no_rows": N_("The list has names of columns, and no rows below them. Export it anew."),
    "too_many": N_("The list is too large: 200,000 rows and 200 columns at most. Export less at a time."),
    "field_too_long": N_(
        "The list cannot be read: a quotation mark is opened and not closed. Save it as CSV anew, or as XLSX."
    ),
    "too_large": N_("The file is too large: 20 MB at most. Export less at a time."),
    "too_long": N_("The list is too long: 20 MB of text at most. Export less at a time."),
    "too_heavy": N_("The workbook is too large, or cannot be read. Save it as CSV."),
    "busy": N_("Another list is being read just now. Try again in a minute."),
    "no_workbook": N_("The file cannot be opened as a spreadsheet. Save it as XLSX or CSV anew."),
    "password": N_("The file is locked with a password. Save it without one."),
}
#: why a row was not taken
REFUSED = {
    "nobody": N_("neither a customer number nor a name"),
    "sum": N_("a sum below the list, and nobody"),
    "alike": N_("the same name twice, and nothing to tell the two apart by"),
    "day": N_("a date that cannot be read"),
    "ahead": N_("a date that cannot be right: it is yet to come"),
    "no_day": N_("no date"),
    "yes_or_no": N_("neither a yes nor a no"),
    "no_such_client": N_("nobody of that name or number on the list of customers"),
    "several_clients": N_("several customers of that name, and no way to tell which"),
    "other_contact": N_(
        "the list of customers has that name, but with another phone number or e-mail address"
    ),
}
#: what came of a list, beside its numbers
FINDINGS = {
    "none_clear": N_(
        "Nothing was taken: not one row is about somebody on the list of customers. Do both lists have the names or"
        " the customer numbers, and is each column right? Correct the columns, or export the list anew."
    ),
    "no_visits": N_("The list has no days of visits. Bring in the visits as well."),
}
#: what was seen where nothing was taken, what it would mean, and what to do if it is not so
DOUBTS = {
    "short_list": Doubtful(
        N_("%(count)s customers are not on the list. There were %(of)s before."),
        N_(
            "Those who are missing count as gone from the booking system."
            " If they are on a list again within 30 days, all is as before."
        ),
        N_("Is it the whole list? If not, export it anew."),
        N_("It is the whole list, and they are gone"),
    ),
    "many_noes": Doubtful(
        N_("%(of)s customers had a yes to marketing before. %(count)s of them have a no on this list."),
        N_("Each of them then counts as the customer's own no, and no later list takes it back."),
        N_("Is it the right column? If not, leave it out: nothing is taken from it then."),
        N_("The column is right, and they said no"),
        (
            N_("The column is right: I switched marketing off myself"),
            N_("Marketing is then off for them. Nothing is written down as anybody's own no."),
        ),
    ),
    "few_days": Doubtful(
        N_(
            "%(of)s customers had a day of their last visit before. %(count)s of them have none on this list."
        ),
        N_("Their last visit then counts as what it was before."),
        N_(
            "Is it the right column, and the whole list? If not, correct the columns, or export the list anew."
        ),
        N_("It is so: they have not been there since"),
    ),
    "many_refused": Doubtful(
        N_("%(count)s of %(of)s rows are about nobody on the list of customers, or cannot be read."),
        N_("They are then left out. Whoever they may be about is asked about, and not proposed."),
        N_(
            "Do both lists write the names and the phone numbers alike, and is each column right? If not, correct the"
            " columns, or export the list anew."
        ),
        N_("It is so: those are visits of people who are not on the list of customers any more"),
    ),
    "old_list": Doubtful(
        N_(
            "The list looks like one of the booking system that you left: %(count)s of %(of)s rows are as they were"
            " there."
        ),
        N_("Its customer numbers then count as those of the booking system that you have now."),
        N_("Did you choose an old file? Export the list anew, in the booking system that you have now."),
        N_("It comes from the booking system that we have now"),
    ),
}
KINDS = {
    Kind.CLIENTS: N_("customers"),
    Kind.VISITS: N_("visits"),
    Kind.SALES: N_("sales"),
}
#: what is asked of a column from which nothing is taken, by what it may be
ASKED: dict[Field | None, str] = {
    Field.LAST_VISIT: N_("There are dates in this column. Are they days of visits?"),
    Field.MARKETING: N_("This column says yes and no. Is it about marketing?"),
}
#: where a list of clients came without days of visits, and has a column that may be just that
DATED = N_("There are dates in the column %(column)s. Are they days of visits?")
#: what a column can be, by what it is about
GROUPS = {
    N_("Who it is"): WHO,
    N_("Visits"): (Field.LAST_VISIT, Field.NEXT_BOOKING, Field.DAY, Field.STATE),
    N_("Marketing"): (*SWITCHES, *FORBIDS),
    N_("Only that the booking system holds it"): tuple(ONLY_HELD),
}
FIELDS = {
    Field.NUMBER: N_("customer number"),
    Field.NAME: N_("whole name"),
    Field.FIRST_NAME: N_("first name"),
    Field.LAST_NAME: N_("last name"),
    Field.PHONE: N_("phone number"),
    Field.EMAIL: N_("e-mail address"),
    Field.LAST_VISIT: N_("last visit"),
    Field.NEXT_BOOKING: N_("next booking"),
    Field.MARKETING: N_("marketing: yes or no"),
    Field.MARKETING_EMAIL: N_("marketing by e-mail: yes or no"),
    Field.MARKETING_SMS: N_("marketing by text message: yes or no"),
    Field.FORBIDDEN: N_("marketing forbidden: yes or no"),
    Field.FORBIDDEN_EMAIL: N_("marketing by e-mail forbidden: yes or no"),
    Field.FORBIDDEN_SMS: N_("marketing by text message forbidden: yes or no"),
    Field.DAY: N_("the day of the visit or sale"),
    Field.STATE: N_("whether the visit took place"),
    Field.ADDRESS: N_("home address"),
    Field.BIRTH: N_("date of birth"),
    Field.IDENTITY_CODE: N_("personal identity code"),
    Field.BUSINESS_ID: N_("company"),
    Field.NOTES: N_("notes"),
    Field.HEALTH: N_("health notes"),
    Field.GENDER: N_("gender"),
    Field.LANGUAGE: N_("language"),
    Field.BILLING: N_("invoices and receipts"),
}
