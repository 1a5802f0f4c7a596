"""The review application against what documents, forgers and tired people send it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from review_making import LOCAL, PERSON, Clerk, filled_report, form_cell, opened_app, view_of
from typer.testing import CliRunner

from flows.commands import app as commands
from gouji.model import (
    Action,
    Alternative,
    CellState,
    CellValue,
    Decision,
    Kind,
    MediaType,
    NewDecision,
    SourceInfo,
    WrongUsage,
)
from gouji.store import Role, Store
from review.figures import reliability
from review.guard import TRIES, TRIES_OF_ADDRESS, TooManyTries, Tries
from review.rendering import short, visible
from review.server import check_settings
from review.settings import ReviewSettings, networks
from review.words import LANGUAGES, WORDS, language_of, speaker

SHA = filled_report().source.sha256
SECURE = "https://review.example.org"


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, Store]]:
    """One application for all that must write nothing."""
    with opened_app(tmp_path_factory.mktemp("work"), filled_report()) as opened:
        yield opened
        assert opened[1].reviews.newest() == []


NASTY = (
    '"><script>alert(1)</script>',
    "</script><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "字" * 20_000,
    "\u202emoc.elpmaxe\u202c",
    "a\0b\x1b[31m\ud800",
    "'; DROP TABLE decision; --",
)


def nasty_report(text: str) -> Any:
    cell = replace(
        form_cell(PERSON, 1, doubt=0.4),
        as_read=text,
        label=text,
        alternatives=(Alternative(text, 0.5), Alternative("1", 0.5)),
    )
    odd = replace(form_cell("indicators/row_01/value", 2, doubt=0.3), label=text, unit=text)
    reading = filled_report(issuer=text)
    assert reading.report is not None
    return replace(
        reading,
        source=replace(reading.source, name=text),
        report=replace(reading.report, title=text, region=(text[:50],), organ_type="town"),
        cells=(cell, odd),
    )


@pytest.mark.parametrize("text", NASTY)
def test_no_text_of_a_document_becomes_markup(tmp_path: Path, text: str) -> None:
    with opened_app(tmp_path, nasty_report(text)) as (client, _):
        clerk = Clerk(client, SHA)
        assert (
            clerk.decide(PERSON, "confirm", why=text[:2000].replace("\ud800", "")).status_code
            == 200
        )
        for path in ("/?state=all", f"/report/{SHA}", "/audit", "/figures", "/?search=%22%3E"):
            answer = client.get(path)
            assert answer.status_code == 200, path
            without_ours = re.sub(r"<script (?:src|type)=[^>]*>", "", answer.text)
            assert "<script" not in without_ours, path
            assert "<img src=x" not in answer.text
            assert "49" not in re.findall(r"<a href=\"/report[^>]*>([^<]*)", answer.text)
            assert "\0" not in answer.text
            assert "\x1b" not in answer.text
        for path in ("/api/queue", f"/api/reports/{SHA}", "/api/decisions", "/audit/log.jsonl"):
            assert client.get(path).status_code == 200, path
        assert clerk.view["cells"][PERSON]["read"] == text.replace("\ud800", "\ud800")[:200]


def test_answers_forbid_scripts_and_styles_of_their_own(lasting: tuple[TestClient, Store]) -> None:
    client, _ = lasting
    for path in (
        "/",
        f"/report/{SHA}",
        "/audit",
        "/nowhere",
        "/api/queue",
        "/static/review.js",
    ):
        answer = client.get(path)
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert not re.search(r"<script>|<style|\son[a-z]+=|\sstyle=", answer.text), path


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"/report/{'0' * 64}", 404),
        ("GET", "/report/..%2f..%2fetc%2fpasswd", 404),
        ("GET", "/report/" + "g" * 64, 422),
        ("GET", f"/report/{SHA}/page/1.jpg", 404),
        ("GET", f"/report/{SHA}/page/99999999999999999999.jpg", 404),
        ("GET", f"/report/{SHA}/page/x.jpg", 422),
        ("GET", f"/report/{'0' * 64}/page/1.jpg", 404),
        ("GET", "/nowhere", 404),
        ("GET", "/?state=nonsense", 422),
        ("GET", "/?search=" + "x" * 300, 422),
        ("GET", "/?year=abc&after=%00&region=%00", 200),
        ("GET", "/?year=" + "9" * 200, 200),
        ("GET", "/audit?before=-1", 422),
        ("GET", "/audit?action=nonsense&who=%00&sha256=x", 200),
        ("GET", "/api/reports/" + "0" * 64, 404),
        ("GET", "/api/queue?most=0", 422),
        ("GET", "/api/queue?report_year=99999", 422),
        ("DELETE", f"/report/{SHA}", 405),
        ("POST", f"/report/{'0' * 64}/decide", 422),
        ("GET", "/static/../review.py", 404),
        ("GET", "/language/xx?to=//evil.example", 200),
    ],
)
def test_what_does_not_exist_or_makes_no_sense_is_one_message(
    lasting: tuple[TestClient, Store], method: str, path: str, status: int
) -> None:
    client, _ = lasting
    csrf = client.get("/session").json()["csrf"]
    answer = client.request(method, path, headers={"X-CSRF-Token": csrf})
    assert answer.status_code == status, answer.text[:300]
    assert "Traceback" not in answer.text
    assert 'File "' not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'{"key": 1}', b"\xff\xfe", b'{"key":' + b"[" * 5000,
        json.dumps({"key": PERSON, "action": "explode", "seen": 0, "reading": 1, "token": "t" * 9}),
        json.dumps({"key": PERSON, "action": "confirm", "seen": -1, "reading": 1, "token": "t" * 9}),
        json.dumps({"key": PERSON, "action": "confirm", "seen": 10**30, "reading": 1, "token": "x" * 9}),
        json.dumps({"key": PERSON, "action": "confirm", "seen": 0, "reading": 1, "token": "no spaces"}),
        json.dumps({"key": "x" * 3000, "action": "confirm", "seen": 0, "reading": 1, "token": "t" * 9}),
        json.dumps({"key": "no/such/cell", "action": "confirm", "seen": 0, "reading": 1, "token": "t" * 9}),
        json.dumps({"key": "a\0b", "action": "confirm", "seen": 0, "reading": 1, "token": "t" * 9}),
    ],
)  # fmt: skip
def test_posts_that_make_no_sense_write_nothing(
    lasting: tuple[TestClient, Store], body: bytes
) -> None:
    client, store = lasting
    csrf = client.get("/session").json()["csrf"]
    headers = {"X-CSRF-Token": csrf, "Content-Type": "application/json"}
    answer = client.post(f"/report/{SHA}/decide", content=body, headers=headers)
    assert answer.status_code in (400, 409, 422)
    assert store.reviews.newest() == []


def test_a_request_that_is_too_long_is_refused(lasting: tuple[TestClient, Store]) -> None:
    client, _ = lasting
    csrf = client.get("/session").json()["csrf"]
    answer = client.post(
        f"/report/{SHA}/decide", content=b"x" * 100_000, headers={"X-CSRF-Token": csrf}
    )
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-CSRF-Token": "wrong"},
        {"X-CSRF-Token": "错"},
        {"X-CSRF-Token": "right", "Sec-Fetch-Site": "cross-site"},
        {"X-CSRF-Token": "right", "Host": "evil.example"},
    ],
)
def test_forged_posts_write_nothing(
    lasting: tuple[TestClient, Store], headers: dict[str, str]
) -> None:
    client, store = lasting
    view = view_of(client.get(f"/report/{SHA}").text)
    sent = {
        name: (view["csrf"] if value == "right" else value).encode()
        for name, value in headers.items()
    }
    body = {"key": PERSON, "action": "confirm", "seen": 0, "reading": 1, "token": "t" * 9}
    answer = client.post(f"/report/{SHA}/decide", json=body, headers=sent)
    assert answer.status_code == 403
    assert store.reviews.newest() == []


def test_a_page_elsewhere_cannot_read_through_a_name_of_its_own(
    lasting: tuple[TestClient, Store],
) -> None:
    client, _ = lasting
    for host in ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8737", ""):
        assert client.get("/", headers={"Host": host}).status_code == 403
    for host in ("localhost:8737", "127.0.0.1", "[::1]:8737", "[::1]"):
        assert client.get("/", headers={"Host": host}).status_code == 200


def test_a_page_picture_that_is_gone_is_a_message_and_the_report_stays(tmp_path: Path) -> None:
    document = (Path(__file__).parent.parent / "samples/digital/t21_plain.pdf").read_bytes()
    sha256 = hashlib.sha256(document).hexdigest()
    reading = replace(filled_report(), source=SourceInfo("a.pdf", sha256, MediaType.PDF, 3))
    with opened_app(tmp_path) as (client, store):
        store.save(reading, document)
        picture = client.get(f"/report/{sha256}/page/1.jpg")
        assert picture.status_code == 200
        assert picture.content.startswith(b"\xff\xd8")
        assert "immutable" in picture.headers["cache-control"]
        assert client.get(f"/report/{sha256}/page/0.jpg").status_code == 404
        for path in (tmp_path / "files").rglob("*.pdf"):
            path.unlink()
        gone = client.get(f"/report/{sha256}/page/2.jpg", headers={"Accept": "application/json"})
        assert gone.status_code == 404
        assert gone.json()["error"] == "picture_gone"
        assert client.get(f"/report/{sha256}").status_code == 200
        assert Clerk(client, sha256).decide(PERSON, "confirm").status_code == 200


def test_figures_show_an_organ_over_the_years_and_how_right_cells_were_read(
    tmp_path: Path,
) -> None:
    received = "applications/requests_received/total"
    readings = []
    for year in (2021, 2022, 2023):
        reading = filled_report(year, year=year)
        cells = [
            replace(c, value=year - 2000, as_printed=year - 2000) if c.key == received else c
            for c in reading.cells
        ]
        readings.append(replace(reading, cells=tuple(cells)))
    with opened_app(tmp_path, *readings) as (client, _):
        assert client.get("/figures").status_code == 200
        clerk = Clerk(client, readings[2].source.sha256)
        clerk.decide(received, "correct", "99")
        clerk.decide(PERSON, "confirm")
        page = client.get("/figures?issuer=彰武县平安镇人民政府").text
        assert "2021 21, 2022 22, 2023 99" in page
        assert page.count("<svg") == 5
        assert "辽宁省" in page
        assert client.get("/figures?issuer=%00<script>").status_code == 200


def test_reliability_counts_what_stands() -> None:
    def made(number: int, confidence: float, after: int, **more: Any) -> Decision:
        before = CellValue(1, Kind.NUMBER, CellState.REVIEW)
        said = NewDecision(
            "a", SHA, str(number), Action.CORRECT, before, replace(before, value=after),
            shown={"confidence": confidence}, **more,
        )  # fmt: skip
        return Decision.next(number, datetime.now(UTC), said, "")

    log = [made(n, 0.75, 1 if n < 7 else 2) for n in range(10)]
    undo = NewDecision("a", SHA, "9", Action.UNDO, log[9].made.after, log[9].made.before, undoes=9)
    (found,) = reliability([*log, Decision.next(10, datetime.now(UTC), undo, "")])
    assert (found.cells, found.right, found.expected) == (9, 7, 0.75)


# --- people ---


def test_without_accounts_it_listens_on_this_machine_only(tmp_path: Path) -> None:
    with Store.open(None, tmp_path) as store:
        for host in ("127.0.0.1", "localhost", "::1", "127.9.9.9"):
            check_settings(store, ReviewSettings(host=host))
        for host in ("0.0.0.0", "::", "192.168.1.4", "example.org"):
            with pytest.raises(WrongUsage, match="users add"):
                check_settings(store, ReviewSettings(host=host))
        store.accounts.add("a", Role.READER, "long enough a password")
        check_settings(store, ReviewSettings(host="0.0.0.0"))


def test_one_signs_in_works_and_signs_out(tmp_path: Path) -> None:
    with opened_app(tmp_path, filled_report(), host="0.0.0.0", base=SECURE) as (client, store):
        store.accounts.add("李四", Role.REVIEWER, "correct horse battery")
        asked = client.get(f"/report/{SHA}", follow_redirects=False)
        assert asked.headers["location"] == f"/sign-in?to=/report/{SHA}"
        assert client.get("/api/queue").status_code == 401
        given = {"name": "李四", "password": "correct horse battery", "to": f"/report/{SHA}"}
        wrong = client.post("/sign-in", data=given | {"password": "nonsense"})
        assert wrong.status_code == 403
        done = client.post("/sign-in", data=given, follow_redirects=False)
        assert done.headers["location"] == f"/report/{SHA}"
        cookie = done.headers["set-cookie"].lower()
        assert all(word in cookie for word in ("secure", "httponly", "samesite=lax"))
        clerk = Clerk(client, SHA)
        assert clerk.decide(PERSON, "confirm").status_code == 200
        assert store.reviews.newest()[0].made.who == "李四"
        clerk.view["csrf"] = "somebody else's"
        assert clerk.decide(PERSON, "blank").status_code == 403
        csrf = client.get("/session").json()["csrf"]
        assert client.post("/sign-out", data={"csrf": "wrong"}).status_code == 403
        assert client.post("/sign-out", data={"csrf": csrf}).status_code == 200
        assert client.get("/session", headers={"Accept": "application/json"}).status_code == 401


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil", "a", "/\nb"])
def test_signing_in_leads_nowhere_else(tmp_path: Path, to: str) -> None:
    with opened_app(tmp_path, host="0.0.0.0", base=SECURE) as (client, store):
        store.accounts.add("a", Role.READER, "correct horse battery")
        given = {"name": "a", "password": "correct horse battery", "to": to}
        done = client.post("/sign-in", data=given, follow_redirects=False)
        assert done.headers["location"] == "/"


def test_a_reader_may_look_and_not_decide(tmp_path: Path) -> None:
    with opened_app(tmp_path, filled_report(), host="0.0.0.0", base=SECURE) as (client, store):
        token = store.accounts.add_token(store.accounts.add("a", Role.READER, None), "test")
        client.headers["Authorization"] = f"Bearer {token}"
        assert client.get(f"/api/reports/{SHA}").status_code == 200
        wish = {"key": PERSON, "action": "confirm", "version": 0}
        assert client.post(f"/api/reports/{SHA}/decisions", json=wish).status_code == 403
        assert client.get("/audit/log.jsonl").status_code == 403
        client.headers["Authorization"] = "Bearer wrong"
        assert client.get("/api/queue").status_code == 401


def test_a_proxy_is_believed_from_its_address_only(tmp_path: Path) -> None:
    for proxies, status in ((networks(("10.0.0.0/8",)), 303), ((), 303)):
        with opened_app(
            tmp_path / str(len(proxies)), host="0.0.0.0", base=SECURE, proxies=proxies
        ) as (client, store):
            store.accounts.add("a", Role.READER, None)
            answer = client.get("/", headers={"X-Forwarded-User": "a"}, follow_redirects=False)
            assert answer.status_code == status
    believed = ReviewSettings(proxies=networks(("10.0.0.0/8", "::1")))
    assert believed.believes("10.2.3.4")
    assert believed.believes("::1")
    assert not believed.believes("11.2.3.4")
    assert not believed.believes("testclient")
    assert not believed.believes(None)
    with pytest.raises(WrongUsage, match="--proxy"):
        networks(("nonsense",))


def test_whom_a_believed_proxy_names_is_signed_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ReviewSettings, "believes", lambda self, address: True)
    with opened_app(tmp_path, filled_report(), host="0.0.0.0", base=SECURE) as (client, store):
        store.accounts.add("a", Role.REVIEWER, None)
        client.headers["X-Forwarded-User"] = "a"
        assert Clerk(client, SHA).decide(PERSON, "confirm").status_code == 200
        assert store.reviews.newest()[0].made.who == "a"
        client.headers["X-Forwarded-User"] = "stranger"
        assert client.get("/").status_code == 403


def test_wrong_passwords_are_counted_by_name_and_by_address() -> None:
    now = [0.0]
    tries = Tries(lambda: now[0])
    for _ in range(TRIES):
        tries.check("1.1.1.1", "a")
        tries.failed("1.1.1.1", "a")
    with pytest.raises(TooManyTries):
        tries.check("1.1.1.1", "a")
    tries.check("1.1.1.1", "b")
    tries.check("2.2.2.2", "a")
    for n in range(TRIES_OF_ADDRESS):
        tries.failed("3.3.3.3", str(n))
    with pytest.raises(TooManyTries):
        tries.check("3.3.3.3", "somebody new")
    now[0] = 1000.0
    tries.check("1.1.1.1", "a")
    tries.check("3.3.3.3", "a")


def test_too_many_tries_are_told_to_wait(tmp_path: Path) -> None:
    with opened_app(tmp_path, host="0.0.0.0", base=SECURE) as (client, store):
        store.accounts.add("a", Role.READER, None)
        given = {"name": "a", "password": "wrong"}
        for _ in range(TRIES):
            assert client.post("/sign-in", data=given).status_code == 403
        refused = client.post("/sign-in", data=given)
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 0


# --- the API ---


def test_the_api_speaks_the_terms_of_the_contract(tmp_path: Path) -> None:
    with opened_app(tmp_path, filled_report()) as (client, _):
        described = client.get("/api/openapi.json").json()
        cell = described["components"]["schemas"]["Cell"]["properties"]
        reading = client.get(f"/api/reports/{SHA}").json()
        assert set(cell) == set(reading["cells"][0])
        csrf = {"X-CSRF-Token": client.get("/session").json()["csrf"]}
        wish = {"key": PERSON, "action": "correct", "text": "5", "version": 0, "why": "看得清"}
        made = client.post(f"/api/reports/{SHA}/decisions", json=wish, headers=csrf)
        assert made.status_code == 201
        assert made.json()["after"] == {"value": 5, "kind": "number", "state": "corrected"}
        again = client.post(f"/api/reports/{SHA}/decisions", json=wish, headers=csrf)
        assert again.status_code == 409
        assert again.json()["version"] == 1
        (cell,) = [
            c for c in client.get(f"/api/reports/{SHA}").json()["cells"] if c["key"] == PERSON
        ]
        assert (cell["value"], cell["as_read"], cell["state"]) == (5, "0", "corrected")
        assert [d["number"] for d in client.get("/api/decisions").json()] == [1]
        assert len(client.get(f"/api/reports/{SHA}/decisions").json()) == 1
        (queued,) = client.get("/api/queue").json()["reports"]
        assert queued["decided_cells"] == 1


def test_the_log_can_be_taken_out_and_verified(tmp_path: Path) -> None:
    with opened_app(tmp_path, filled_report()) as (client, _):
        clerk = Clerk(client, SHA)
        for key in clerk.view["order"]:
            clerk.decide(key, "confirm")
        assert "3 项决定" in client.get("/audit/verify").text
        lines = client.get("/audit/log.jsonl").text.splitlines()
        hashes = [json.loads(line)["hash"] for line in lines]
        assert [json.loads(line)["previous_hash"] for line in lines[1:]] == hashes[:-1]
    work = ["--work", str(tmp_path)]
    done = CliRunner().invoke(commands, ["audit", "verify", *work])
    assert done.exit_code == 0
    head = done.stdout.split()[-1]
    assert head == f"3:{hashes[-1]}"
    assert CliRunner().invoke(commands, ["audit", "verify", "--head", head, *work]).exit_code == 0
    for wrong in (f"3:{'0' * 64}", f"4:{hashes[-1]}"):
        done = CliRunner().invoke(commands, ["audit", "verify", "--head", wrong, *work])
        assert done.exit_code == 1


def test_accounts_are_added_listed_and_closed(tmp_path: Path) -> None:
    work = ["--work", str(tmp_path)]

    def run(*words: str, given: str = "") -> tuple[int, str]:
        done = CliRunner().invoke(commands, [*words, *work], input=given)
        return done.exit_code, done.output

    assert run("users", "add", "李四", "--role", "admin", given="long enough\n")[0] == 0
    assert run("users", "add", "bot", "--token", "nightly")[1].startswith("gouji_")
    assert run("users", "list")[1].splitlines() == ["bot\treviewer", "李四\tadmin"]
    assert run("users", "close", "bot")[0] == 0
    assert run("users", "list")[1].splitlines() == ["李四\tadmin"]


# --- words ---


def test_every_word_that_is_said_is_in_both_languages() -> None:
    folder = Path(__file__).parent.parent / "review"
    said: set[str] = set()
    for path in folder.glob("templates/*.html"):
        said |= set(re.findall(r'\bt\("([a-z_]+)"\)', path.read_text(encoding="utf-8")))
    script = (folder / "static/review.js").read_text(encoding="utf-8")
    said |= set(re.findall(r'\b(?:say|tell)\("([a-z_]+)"\)', script))
    assert len(said) > 60
    assert said <= set(WORDS)
    for language in LANGUAGES:
        assert all(speaker(language)(key) for key in WORDS)


def test_the_language_is_the_one_that_was_asked_for(tmp_path: Path) -> None:
    assert language_of(None, "fr;q=1, en-GB;q=0.8, zh") == "en"
    assert language_of("zh", "en") == "zh"
    assert language_of("xx", None) == "zh"
    with opened_app(tmp_path) as (client, _):
        assert "待核报告" in client.get("/").text
        client.get("/language/en")
        assert "Expected errors" in client.get("/").text


def test_marks_that_turn_or_hide_text_are_taken_out() -> None:
    assert visible("\u202eabc\u2066\u200b") == "abc"
    assert visible("a\0\n\tb") == "a\ufffd  b" or "\0" not in visible("a\0\n\tb")
    assert short("x" * 100, 10) == "x" * 9 + "…"
    assert short(None) == ""


def test_pages_are_complete_html_with_headings_and_labels(
    lasting: tuple[TestClient, Store],
) -> None:
    client, _ = lasting
    for path in ("/", f"/report/{SHA}", "/audit", "/figures", "/sign-in"):
        page = client.get(path).text
        assert page.startswith("<!doctype html>")
        assert '<html lang="zh-Hans">' in page
        assert page.count("<h1") == 1, path
        assert 'id="content"' in page
    assert LOCAL.startswith("http")
