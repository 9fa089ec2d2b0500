"""The words that stand above columns, in Finnish, Swedish and English, between commas.

These are everyday words. Of no named booking system are the columns known to us, and none is claimed here.
"""

from collections.abc import Mapping

from webhooks.imports.fields import Field

_F = Field
WORDS_OF: Mapping[Field, str] = {
    _F.NUMBER: (
        "asiakasnumero, asiakasnro, asiakas numero, asiakas nro, asiakas nr, asiakas id, asiakkaan id, "
        "asiakastunnus, tunnus, id, kundnummer, kundnr, kund id, customer id, customer number, customer no, "
        "client id, client number"
    ),
    _F.NAME: (
        "nimi, asiakas, asiakkaan nimi, asiakasnimi, koko nimi, kokonimi, etunimi ja sukunimi, etu ja "
        "sukunimi, sukunimi ja etunimi, suku ja etunimi, etunimi sukunimi, sukunimi etunimi, för och "
        "efternamn, efternamn och förnamn, first and last name, namn, kund, kundens namn, kundnamn, hela "
        "namnet, name, full name, customer, customer name, client, client name"
    ),
    _F.FIRST_NAME: "etunimi, etunimet, kutsumanimi, förnamn, first name, firstname, given name, forename",
    _F.LAST_NAME: "sukunimi, efternamn, last name, lastname, surname, family name",
    _F.PHONE: (
        "puhelin, puhelinnumero, puh, puh nro, puhelinnro, matkapuhelin, matkapuhelinnumero, kännykkä, "
        "kännykkänumero, gsm, gsm numero, gsm nro, gsm nr, puh numero, telefon, telefonnummer, tel, tel nr, "
        "mobil, mobiltelefon, mobilnummer, phone, phone number, telephone, mobile, mobile number, mobile "
        "phone, cell phone"
    ),
    _F.EMAIL: (
        "sähköposti, sähköpostiosoite, sposti, s posti, email, e mail, e post, epost, e postadress, "
        "epostadress, mejladress, email address, e mail address"
    ),
    _F.LAST_VISIT: (
        "viimeisin käynti, viimeinen käynti, edellinen käynti, viimeksi käynyt, käynyt viimeksi, viime "
        "käynti, viimeisin vierailu, viimeinen vierailu, edellinen vierailu, viimeisin asiointi, viimeinen "
        "asiointi, edellinen asiointi, viimeksi asioinut, viimeksi, viimeisin asiointipäivä, viimeisin "
        "käyntipäivä, viimeinen käyntipäivä, edellinen käyntipäivä, viimeisin käynti pvm, viimeinen käynti "
        "pvm, viimeisin käyntipvm, viimeisen käynnin päivä, viimeisen käynnin pvm, viimeisen käynnin "
        "päivämäärä, viimeisimmän käynnin päivä, senaste besök, senaste besöket, senaste besöksdag, senast "
        "besökt, senast, sista besök, sista besöket, last visit, last visit date, last visited, last seen, "
        "last appointment, latest visit, most recent visit"
    ),
    _F.NEXT_BOOKING: (
        "seuraava aika, seuraava varaus, seuraava käynti, seuraava ajanvaraus, tuleva käynti, tuleva aika, "
        "tuleva varaus, nästa bokning, nästa tid, nästa besök, next booking, next appointment, next visit, "
        "upcoming appointment"
    ),
    _F.MARKETING: (
        "markkinointi, markkinointilupa, saa markkinoida, markkinointi sallittu, suoramarkkinointi, "
        "suoramarkkinointilupa, suoramarkkinointi sallittu, mainoslupa, mainokset, lupa markkinointiin, "
        "markkinointisuostumus, uutiskirje, marknadsföring, direktmarknadsföring, nyhetsbrev, marketing, "
        "marketing consent, marketing opt in, newsletter, accepts marketing"
    ),
    _F.MARKETING_EMAIL: (
        "sähköpostimarkkinointi, sähköpostimarkkinointilupa, markkinointi sähköposti, markkinointi "
        "sähköpostilla, markkinointilupa sähköposti, e postmarknadsföring, email marketing, marketing email, "
        "email marketing consent, email opt in"
    ),
    _F.MARKETING_SMS: (
        "tekstiviestimarkkinointi, tekstiviestimarkkinointilupa, sms markkinointi, sms markkinointilupa, "
        "markkinointi tekstiviesti, markkinointi sms, markkinointi tekstiviestillä, markkinointilupa sms, "
        "markkinointilupa tekstiviesti, sms marknadsföring, sms marketing, marketing sms, sms marketing "
        "consent, sms opt in, text marketing"
    ),
    _F.FORBIDDEN: (
        "markkinointikielto, suoramarkkinointikielto, mainoskielto, kielto, kiellot, markkinointi kielletty, "
        "suoramarkkinointi kielletty, kieltänyt markkinoinnin, kieltänyt suoramarkkinoinnin, ei "
        "markkinointia, ei suoramarkkinointia, ei mainoksia, ei saa markkinoida, markkinointiesto, "
        "uutiskirjekielto, marknadsföringsförbud, direktmarknadsföringsförbud, förbud mot "
        "direktmarknadsföring, reklamspärr, ingen reklam, ingen marknadsföring, marketing forbidden, "
        "marketing prohibited, no marketing, do not market, do not contact, marketing opt out, opt out, "
        "opted out, unsubscribed"
    ),
    _F.FORBIDDEN_EMAIL: (
        "sähköpostikielto, sähköpostimarkkinointikielto, ei sähköpostia, ei sähköpostimarkkinointia, "
        "markkinointikielto sähköposti, e postspärr, ingen e post, email opt out, no email, no email "
        "marketing"
    ),
    _F.FORBIDDEN_SMS: (
        "tekstiviestikielto, tekstiviestimarkkinointikielto, sms kielto, ei tekstiviestejä, ei sms, ei "
        "tekstiviestimarkkinointia, markkinointikielto sms, markkinointikielto tekstiviesti, sms spärr, inga "
        "sms, sms opt out, no sms, no sms marketing"
    ),
    _F.DAY: (
        "päivä, päivämäärä, pvm, aika, ajankohta, alkaa, alkuaika, alkamisaika, aloitusaika, ajan alku, "
        "käynnin päivä, varauksen päivä, varauksen ajankohta, käyntipäivä, varauspäivä, kuitin päivä, "
        "myyntipäivä, ostopäivä, datum, dag, tid, tidpunkt, starttid, besöksdag, köpdatum, "
        "försäljningsdatum, date, day, time, date time, start, start date, start time, starts at, "
        "appointment date, visit date, sale date, purchase date"
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
        "muistiinpanot, muistiinpano, huomautus, huomautukset, huom, lisätiedot, lisätieto, lisätietoja, "
        "huomioita, huomiot, muuta, kommentti, kommentit, anteckningar, anteckning, anmärkning, "
        "tilläggsuppgifter, kommentar, notes, note, comments, comment, remarks"
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
#: above columns of visits, and of sales, that no list of clients has
OF_VISITS = (
    "palvelu, hoito, toimenpide, kesto, tekijä, työntekijä, varaus, tjänst, behandling, bokning, service, "
    "treatment, duration, staff, booking, appointment"
)
OF_SALES = (
    "summa, hinta, yhteensä, kuitti, kuittinumero, maksutapa, tuote, alv, belopp, pris, kvitto, produkt, "
    "moms, amount, price, total, receipt, payment method, product, vat"
)
