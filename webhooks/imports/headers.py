"""The words that stand above columns, in Finnish, Swedish and English.

These are everyday words. Of no named booking system are the columns known to us, and none is claimed here.
"""

import re
from collections.abc import Iterable
from unicodedata import normalize

from webhooks.imports.fields import Field

_F = Field
_WORDS: dict[Field, str] = {
    _F.NUMBER: (
        "asiakasnumero, asiakasnro, asiakas nro, asiakas id, asiakkaan id, asiakastunnus, tunnus, id, "
        "kundnummer, kundnr, kund id, customer id, customer number, customer no, client id, client number"
    ),
    _F.NAME: (
        "nimi, asiakas, asiakkaan nimi, asiakasnimi, koko nimi, kokonimi, namn, kund, kundens namn, kundnamn, "
        "hela namnet, name, full name, customer, customer name, client, client name"
    ),
    _F.FIRST_NAME: "etunimi, etunimet, kutsumanimi, förnamn, first name, firstname, given name, forename",
    _F.LAST_NAME: "sukunimi, efternamn, last name, lastname, surname, family name",
    _F.PHONE: (
        "puhelin, puhelinnumero, puh, puh nro, puhelinnro, matkapuhelin, matkapuhelinnumero, kännykkä, gsm, "
        "telefon, telefonnummer, tel, mobil, mobiltelefon, mobilnummer, phone, phone number, telephone, "
        "mobile, mobile number, mobile phone, cell phone"
    ),
    _F.EMAIL: (
        "sähköposti, sähköpostiosoite, sposti, s posti, email, e mail, e post, epost, e postadress, "
        "epostadress, mejladress, email address, e mail address"
    ),
    _F.LAST_VISIT: (
        "viimeisin käynti, viimeinen käynti, edellinen käynti, viimeksi käynyt, käynyt viimeksi, viime "
        "käynti, viimeisin vierailu, viimeisin käyntipäivä, senaste besök, senaste besöket, sista besök, last "
        "visit, last visit date, last visited, last appointment, latest visit"
    ),
    _F.NEXT_BOOKING: (
        "seuraava aika, seuraava varaus, seuraava käynti, tuleva aika, tuleva varaus, nästa bokning, nästa "
        "tid, nästa besök, next booking, next appointment, next visit, upcoming appointment"
    ),
    _F.MARKETING: (
        "markkinointi, markkinointilupa, saa markkinoida, markkinointi sallittu, suoramarkkinointi, "
        "suoramarkkinointilupa, uutiskirje, marknadsföring, direktmarknadsföring, nyhetsbrev, marketing, "
        "marketing consent, marketing opt in, newsletter, accepts marketing"
    ),
    _F.MARKETING_EMAIL: (
        "sähköpostimarkkinointi, markkinointi sähköpostilla, markkinointilupa sähköposti, e "
        "postmarknadsföring, email marketing, marketing email, email marketing consent, email opt in"
    ),
    _F.MARKETING_SMS: (
        "tekstiviestimarkkinointi, sms markkinointi, markkinointi tekstiviestillä, markkinointilupa sms, "
        "markkinointilupa tekstiviesti, sms marknadsföring, sms marketing, marketing sms, sms marketing "
        "consent, sms opt in, text marketing"
    ),
    _F.DAY: (
        "päivä, päivämäärä, pvm, aika, ajankohta, alkaa, alkuaika, käyntipäivä, varauspäivä, kuitin päivä, "
        "myyntipäivä, ostopäivä, datum, dag, tid, besöksdag, köpdatum, försäljningsdatum, date, day, time, "
        "start, start time, starts at, appointment date, visit date, sale date, purchase date"
    ),
    _F.STATE: "tila, varauksen tila, status, state, appointment status, booking status",
    _F.ADDRESS: (
        "osoite, katuosoite, lähiosoite, postiosoite, postinumero, postitoimipaikka, paikkakunta, kaupunki, "
        "maa, adress, gatuadress, postadress, postnummer, postort, ort, stad, land, address, street, street "
        "address, postal code, post code, postcode, zip, zip code, city, town, country"
    ),
    _F.BIRTH: (
        "syntymäaika, syntymäpäivä, synt aika, syntynyt, födelsedag, födelsedatum, född, birthday, birth "
        "date, birthdate, date of birth, dob"
    ),
    _F.IDENTITY_CODE: (
        "henkilötunnus, hetu, sotu, henkilönumero, personbeteckning, personnummer, social security number, "
        "ssn, personal identity code"
    ),
    _F.BUSINESS_ID: "y tunnus, ytunnus, fo nummer, fo nr, business id, vat number, vat id, company, yritys, företag",
    _F.NOTES: (
        "muistiinpanot, muistiinpano, huomautus, huomautukset, huom, lisätiedot, lisätieto, kommentti, "
        "kommentit, anteckningar, anteckning, anmärkning, tilläggsuppgifter, kommentar, notes, note, "
        "comments, comment, remarks"
    ),
    _F.HEALTH: (
        "terveystiedot, allergiat, allergia, lääkitys, sairaudet, hälsouppgifter, allergier, allergi, "
        "medicinering, health, allergies, allergy, medication, medical notes"
    ),
    _F.GENDER: "sukupuoli, kön, gender, sex",
    _F.LANGUAGE: "kieli, asiointikieli, språk, language",
    _F.BILLING: (
        "laskutusosoite, laskutustiedot, verkkolaskuosoite, faktureringsadress, faktureringsuppgifter, "
        "billing address, invoicing address"
    ),
}
_VISITS = (
    "palvelu, hoito, toimenpide, kesto, tekijä, työntekijä, varaus, tjänst, behandling, bokning, service, "
    "treatment, duration, staff, booking, appointment"
)
_SALES = (
    "summa, hinta, yhteensä, kuitti, kuittinumero, maksutapa, tuote, alv, belopp, pris, kvitto, produkt, moms, "
    "amount, price, total, receipt, payment method, product, vat"
)


def _each(text: str) -> frozenset[str]:
    return frozenset(word.strip() for word in text.split(","))


WORDS: dict[str, Field] = {word: field for field, text in _WORDS.items() for word in _each(text)}
#: above columns of visits, and of sales, that no list of clients has
OF_VISITS, OF_SALES = _each(_VISITS), _each(_SALES)

_SIGNS = re.compile(r"[\W_]+")
#: a second column of the same name (sheet.py)
_AGAIN = re.compile(r" \([0-9]+\)$")
#: what stands before a word that is known without it
_WHOSE = ("asiakkaan ", "kundens ", "customer ", "client ", "clients ", "customers ")


def meant_by(header: str) -> Field | None:
    """What a header says that its column is; None where the word is not known."""
    word = _SIGNS.sub(" ", _AGAIN.sub("", normalize("NFC", header).casefold())).strip()
    found = WORDS.get(word)
    if found is not None:
        return found
    return next((WORDS.get(word.removeprefix(whose)) for whose in _WHOSE if word.startswith(whose)), None)


def count_known(cells: Iterable[str]) -> int:
    """How many of these cells are words that stand above columns."""
    return len({cell for cell in cells if len(cell) <= 60 and meant_by(cell) is not None})
