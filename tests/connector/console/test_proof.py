"""The evidence page: whole or broken in words, its lines, its files; and nothing of another salon."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from werkzeug.wrappers import Response

from connector import database, evidence_checks, evidence_files, instructions_evidence, nightly_evidence
from connector.console import proof, proof_words
from connector.exports_evidence import Befell
from connector.owners_told import Told
from connector.program import Program
from connector.salons import Account
from connector.tables import Evidence
from connector.texts import LANGUAGES, of
from tests.builders import NOON, Clock
from tests.connector.booking import Story, record
from tests.connector.chains import head_of, tamper, write
from tests.connector.console.visitor import Visitor, text_of

CODE = Path(evidence_checks.__file__).parent
CHANGE = "UPDATE evidence SET body = :body WHERE salon = 'aava' AND seq = 2"


def long_chain(program: Program, account: Account) -> None:
    """A chain that looks longer than a page would walk: its first lines are there, its last one is far."""
    write(program, account, NOON)
    tamper(
        program,
        "UPDATE evidence_head SET seq = :seq WHERE salon = :salon",
        seq=proof.SHORT + 1,
        salon=account.slug,
    )


def rows_of(answer: Response) -> list[dict[str, object]]:
    """The lines of an evidence file, without its header."""
    return [json.loads(line) for line in answer.get_data().splitlines()[1:]]


def test_before_the_first_line_the_page_says_so(logged_in: Visitor) -> None:
    assert "Yhtään riviä ei vielä ole" in text_of(logged_in.get("/evidence"))


def test_a_short_chain_is_checked_while_the_page_is_made(
    program: Program, salon: Account, logged_in: Visitor
) -> None:
    write(program, salon, *[NOON] * 3)
    told = text_of(logged_in.get("/evidence"))
    assert "Kaikki 3 riviä ovat tallessa ja muuttumatta" in told
    assert "Tarkistettu juuri nyt" in told
    assert "Todisteet ovat ehjät · tarkistettu klo" in told


def test_a_changed_line_is_named_with_what_to_do_and_every_page_of_the_queue_warns(
    program: Program, salon: Account, logged_in: Visitor
) -> None:
    write(program, salon, *[NOON] * 4)
    tamper(program, CHANGE, body=b"{}")
    page = text_of(logged_in.get("/evidence"))
    for words in ("Riviä 2 on muutettu jälkikäteen", "Riviin 1 asti kaikki on ehjää", "Lataa todisteet nyt"):
        assert words in page
    queue = text_of(logged_in.get("/"))
    assert "Todisteet eivät ole ehjät. Riviä 2 on muutettu jälkikäteen." in queue


def test_a_mended_chain_is_whole_again_on_every_page(
    program: Program, salon: Account, logged_in: Visitor
) -> None:
    write(program, salon, *[NOON] * 3)
    with database.read(program.engine) as db:
        line = db.get(Evidence, (salon.slug, 2))
        assert line is not None
        body = line.body
    tamper(program, CHANGE, body=b"{}")
    logged_in.get("/evidence")
    tamper(program, CHANGE, body=body)
    logged_in.get("/evidence")
    assert "Todisteet ovat ehjät" in text_of(logged_in.get("/"))


@pytest.mark.parametrize("body", [b"\xff\xfe", b"[]", b'{"what":["job"],"nth":"x","at":5}', b"[" * 5000])
def test_whatever_stands_in_a_line_the_page_is_made(
    program: Program, salon: Account, logged_in: Visitor, body: bytes
) -> None:
    write(program, salon, *[NOON] * 3)
    tamper(program, CHANGE, body=body)
    assert logged_in.get("/evidence").status_code == 200


def test_a_long_chain_is_not_walked_by_a_page_but_by_the_night(
    program: Program, salon: Account, logged_in: Visitor
) -> None:
    long_chain(program, salon)
    assert "Ei vielä tarkistettu" in text_of(logged_in.get("/evidence"))
    with database.write(program.engine) as db:
        found = nightly_evidence.walk(program, salon)._replace(whole=True, broken_at=None, why=None)
        evidence_checks.keep(db, salon, found, by="night", at=NOON)
    assert "Yöajo tarkisti" in text_of(logged_in.get("/evidence"))


def test_a_check_of_a_long_chain_is_asked_for_and_the_page_says_that_it_is_under_way(
    program: Program, salon: Account, logged_in: Visitor, clock: Clock
) -> None:
    long_chain(program, salon)
    asked = logged_in.post("/evidence/check", salon="aava")
    assert (asked.status_code, asked.location) == (303, "/evidence")
    told = text_of(logged_in.get("/evidence"))
    assert "Ketjua tarkistetaan" in told
    assert "Katso, onko valmista" in told
    clock.at += proof.WAITED_LONG
    assert "eikä kukaan ole aloittanut" not in text_of(logged_in.get("/evidence"))
    clock.at += proof.WAITED_LONG / 100
    assert "eikä kukaan ole aloittanut" in text_of(logged_in.get("/evidence"))
    nightly_evidence.check_asked(program)
    assert "Ketjua tarkistetaan" not in text_of(logged_in.get("/evidence"))


def test_a_check_of_a_short_chain_is_done_at_once(
    program: Program, salon: Account, logged_in: Visitor
) -> None:
    write(program, salon, NOON)
    assert logged_in.post("/evidence/check", salon="aava").status_code == 303
    with database.read(program.engine) as db:
        kept = evidence_checks.standing(db, salon.slug).kept
    assert kept is not None
    assert (kept.whole, kept.by) == (True, "owner")


def test_lines_are_told_in_words_the_newest_first_twenty_on_a_page(
    program: Program, salon: Account, logged_in: Visitor
) -> None:
    write(program, salon, *[NOON] * (proof.LINES + 1), what="answered")
    newest = logged_in.get("/evidence").get_data(as_text=True)
    assert newest.count("Vastasit siihen") == proof.LINES
    assert f"before={2}" in newest
    assert logged_in.get("/evidence?before=2").get_data(as_text=True).count("Vastasit siihen") == 1
    for odd in ("0", "-1", "x", "9" * 30, "²"):
        assert logged_in.get(f"/evidence?before={odd}").get_data(as_text=True) == newest


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_line_has_words(language: str) -> None:
    words = of(language)
    nothing = proof_words.of(words, {})
    told = {
        proof_words.of(words, {"what": what, proof_words.MORE.get(what, "to"): more})
        for what, more in (*((one, "") for one in proof_words.SAID), *proof_words.SAID_MORE)
    }
    assert len(told) == len(proof_words.SAID) + len(proof_words.SAID_MORE)
    assert nothing not in told


def test_every_line_that_the_code_writes_has_words() -> None:
    written: set[str] = set()
    more: dict[str, set[str]] = {
        "owner": {one.value for one in Told},
        "package": {one.value for one in Befell},
        "instruction": {one.value for one in instructions_evidence.Befell},
    }
    for path in CODE.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        if "evidence.append(db" in source:
            kinds = set(re.findall(r'"what": "(\w+)"', source))
            written |= kinds
            for kind in kinds if len(kinds) == 1 else ():
                said = re.findall(r'_tell\(db, account, [\w., ]*"(\w+)"', source)
                more[kind] = more.get(kind, set()) | set(said)
    assert {"job", "look", "owner", "list"} <= written <= proof_words.KNOWN
    assert more["connection"] >= {"secret", "address"}
    told = {(kind, word) for kind, words in more.items() for word in words}
    assert told <= set(proof_words.SAID_MORE)


def test_the_file_for_the_auditor_holds_against_the_program_beside_it(
    program: Program, salon: Account, stranger: Account, logged_in: Visitor, tmp_path: Path
) -> None:
    write(program, salon, *[NOON] * 3)
    write(program, stranger, *[NOON] * 5)
    with logged_in.get("/evidence/file") as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")
        (tmp_path / "file").write_bytes(answer.get_data())
        assert len(rows_of(answer)) == 3
    with logged_in.get("/evidence/verify_evidence.py") as answer:
        assert answer.get_data() == evidence_files.verifier()
        (tmp_path / "verify.py").write_bytes(answer.get_data())
    command = [sys.executable, "-I", "-S", str(tmp_path / "verify.py"), str(tmp_path / "file"), "--head"]
    done = subprocess.run([*command, str(head_of(program, salon))], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_file_of_one_customer_shows_that_customers_lines_and_no_others(
    program: Program, salon: Account, story: Story, logged_in: Visitor
) -> None:
    for client in ("c-1", "c-2"):
        story.there_is(record(client))
    jobs = {client: story.job_for(client) for client in ("c-1", "c-2")}
    key = salon.keys.client_key("c-1")
    for path in (f"/evidence/jobs/{jobs['c-1']}/file", f"/evidence/customers/{key}/file"):
        with logged_in.get(path) as answer:
            rows = rows_of(answer)
        shown = {json.loads(str(row["body"]))["client"] for row in rows if "body" in row}
        assert shown == {key}
        assert any("body_hash" in row for row in rows)


@pytest.mark.parametrize("key", ["x", "0" * 63, "0" * 65, "G" * 64, "..%2f..%2f"])
def test_what_is_no_keyed_name_is_nobodys_file(logged_in: Visitor, key: str) -> None:
    assert logged_in.get(f"/evidence/customers/{key}/file").status_code == 404


def test_another_salons_job_has_no_file_here(theirs: Story, logged_in: Visitor) -> None:
    theirs.there_is(record("c-1"))
    job = theirs.job_for("c-1")
    assert logged_in.get(f"/evidence/jobs/{job}/file").status_code == 404


def test_nothing_of_another_salon_is_on_the_page(
    program: Program, salon: Account, stranger: Account, logged_in: Visitor
) -> None:
    write(program, salon, NOON)
    write(program, stranger, *[NOON] * 7, what="restored")
    page = text_of(logged_in.get("/evidence"))
    assert "varmuuskopiosta" not in page
    digest = head_of(program, stranger).digest.hex()
    assert digest[:4] + " " + digest[4:8] not in page
