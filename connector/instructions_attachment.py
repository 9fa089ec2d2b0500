"""The list of an instruction as a file that goes with its letter: a workbook that only its password opens.

The password follows from the token that seals the list, and is kept nowhere; nor is the file, which is made in memory
alone. It is locked as Excel locks one (ECMA-376, agile encryption: AES-256, SHA-512 a hundred thousand times), so that
Excel, LibreOffice and Numbers can open it. Of its key 128 bits are random (the library's way); the password has fewer.
"""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msoffcrypto.format.ooxml import OOXMLFile
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from connector.instructions_list import Row
from connector.texts import Texts
from connector.texts_words import N_

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: signs that are told from one another on paper and over the telephone
SIGNS = "acdefhjkmrstuxyz23456789"
#: six groups of three: 82 bits
GROUPS, EACH = 6, 3
#: in memory, and everything that is written is text
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_FILE = N_("list-of-customers")
#: what a column is called, and how wide it is
_COLUMNS = (
    (N_("Row"), 6),
    (N_("Customer number"), 18),
    (N_("Name"), 28),
    (N_("Phone"), 18),
    (N_("E-mail"), 32),
    (N_("What to do"), 60),
)


def file_name(words: Texts, instruction: UUID) -> str:
    """What the file is called, in the letter too."""
    return f"{words.gettext(_FILE)}-{str(instruction)[:8]}.xlsx"


def password(token: str) -> str:
    """What opens the file, as it is read out."""
    told = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"ovikello/attachment-password")
    number, signs = int.from_bytes(told.derive(token.encode())), ""
    for _ in range(GROUPS * EACH):
        number, place = divmod(number, len(SIGNS))
        signs += SIGNS[place]
    return "-".join(signs[at : at + EACH] for at in range(0, len(signs), EACH))


def locked(words: Texts, rows: Sequence[Row], told: Sequence[str], token: str, *, made_at: datetime) -> bytes:
    """The file: these rows, and on a second sheet what is told of the instruction."""
    out = BytesIO()
    OOXMLFile(BytesIO(_workbook(words, rows, told, made_at))).encrypt(password(token), out)
    return out.getvalue()


def _workbook(words: Texts, rows: Sequence[Row], told: Sequence[str], made_at: datetime) -> bytes:
    out = BytesIO()
    with Workbook(out, _OPTIONS) as book:
        book.set_properties({"created": made_at.replace(tzinfo=None)})
        head, text = book.add_format({"bold": True, "bottom": 1}), book.add_format({"text_wrap": True})
        text.set_align("top")
        sheet = book.add_worksheet(words.gettext("Customers"))
        _set_up(sheet)
        for place, (name, width) in enumerate(_COLUMNS):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, words.gettext(name), head)
        for nth, row in enumerate(rows, start=1):
            sheet.write_number(nth, 0, row.nth, text)
            for place, said in enumerate((row.client, row.name, row.phone, row.email, row.what), start=1):
                sheet.write_string(nth, place, said, text)
        about = book.add_worksheet(words.gettext("The instruction"))
        about.set_column(0, 0, 90)
        for nth, line in enumerate(told):
            about.write_string(nth, 0, line, text)
    return out.getvalue()


def _set_up(sheet: Worksheet) -> None:
    """The first line stays in view, and on each printed page, which is as wide as the list."""
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.ignore_errors({"number_stored_as_text": "A1:F1048576"})
