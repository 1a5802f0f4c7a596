"""The review application against what documents, forgers and tired people send it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from places import SAMPLES
from review_making import LOCAL, PERSON, Clerk, filled_report, form_cell, opened_app, view_of
from shares import one_in

from extractors.picture.plain import PlainPage
from gouji.model import (
    Alternative,
    MediaType,
    SourceInfo,
)
from gouji.store import QueueOrder, QueueState, Store
from review.pictures import PictureGone, Pictures

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


@pytest.mark.parametrize("text", one_in(3, NASTY))
def test_no_text_of_a_document_becomes_markup(
    tmp_path: Path, database_url: str | None, text: str
) -> None:
    with opened_app(tmp_path, nasty_report(text), database=database_url) as (client, _):
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
    one_in(4, [
        b"", b"{", b"[]", b"null", b'{"key": 1}', b"\xff\xfe", b'{"key":' + b"[" * 5000,
        json.dumps({"key": PERSON, "action": "explode", "seen": 0, "reading": 1, "token": "t" * 9}),
        json.dumps({"key": PERSON, "action": "confirm", "seen": -1, "reading": 1, "token": "t" * 9}),
        json.dumps({"key": PERSON, "action": "confirm", "seen": 10**30, "reading": 1, "token": "x" * 9}),
        json.dumps({"key": PERSON, "action": "confirm", "seen": 0, "reading": 1, "token": "no spaces"}),
        json.dumps({"key": "x" * 3000, "action": "confirm", "seen": 0, "reading": 1, "token": "t" * 9}),
        json.dumps({"key": "no/such/cell", "action": "confirm", "seen": 0, "reading": 1, "token": "t" * 9}),
        json.dumps({"key": "a\0b", "action": "confirm", "seen": 0, "reading": 1, "token": "t" * 9}),
    ]),
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


@pytest.mark.slow
def test_postgres_is_asked_nothing_that_it_cannot_answer(tmp_path: Path, postgres_url: str) -> None:
    odd = ("\0", "\ud800", "\u202e", "%", "_", "\\", "'", "9" * 100, "NaN", "字" * 190)
    with opened_app(tmp_path, filled_report(), database=postgres_url) as (client, store):
        for text in odd:
            said = quote(text.encode("utf-8", "surrogatepass"))
            for path in (
                f"/?state=all&search={said}&region={said}&template={said}&organ_type={said}"
                f"&media_type={said}&year={said}&after={said}",
                *(f"/?state=all&order={order}&after={said}" for order in QueueOrder),
                *(f"/?state={state}&search={said}" for state in QueueState),
                f"/audit?who={said}", f"/audit?sha256={said}", f"/figures?issuer={said}",
                f"/figures?region={said}&organ_type={said}", f"/api/queue?search={said}",
                f"/api/decisions?who={said}", f"/next?after={said[:60]}",
            ):  # fmt: skip
                answer = client.get(path)
                assert answer.status_code in (200, 422), (path, answer.text[:200])
        clerk = Clerk(client, SHA)
        for text in odd[2:]:
            answer = clerk.decide(PERSON, "confirm", why=text)
            assert answer.status_code == 200, answer.text
        assert clerk.decide(PERSON, "confirm", why="a\0b").status_code == 200
        assert store.reviews.newest()[0].made.why == "a\0b"
        assert clerk.decide("a\0b\u202e", "confirm").status_code == 422
        assert store.reviews.verify().fault is None


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
    document = (SAMPLES / "t21_plain.pdf").read_bytes()
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


def hangs(*_: Any) -> PlainPage:
    time.sleep(60)
    raise AssertionError


def dies(*_: Any) -> PlainPage:
    os._exit(11)


@pytest.mark.slow
@pytest.mark.parametrize("misbehaves", [hangs, dies])
def test_a_page_that_brings_down_its_drawing_costs_only_its_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, misbehaves: Any
) -> None:
    document = (SAMPLES / "t21_plain.pdf").read_bytes()
    sha256 = hashlib.sha256(document).hexdigest()
    reading = replace(filled_report(), source=SourceInfo("a.pdf", sha256, MediaType.PDF, 3))
    with Store.open(None, tmp_path) as store:
        store.save(reading, document)
        pictures = Pictures(store, seconds=2)
        monkeypatch.setattr("review.pictures.plain_page", misbehaves)
        with pytest.raises(PictureGone):
            pictures.page(sha256, MediaType.PDF, 1)
        monkeypatch.undo()
        patient = Pictures(store)
        assert patient.page(sha256, MediaType.PDF, 1).jpeg.startswith(b"\xff\xd8")
        patient.close()
        pictures.close()


def test_a_document_that_was_changed_on_the_disk_is_not_shown(tmp_path: Path) -> None:
    document = (SAMPLES / "t21_plain.pdf").read_bytes()
    sha256 = hashlib.sha256(document).hexdigest()
    reading = replace(filled_report(), source=SourceInfo("a.pdf", sha256, MediaType.PDF, 3))
    with opened_app(tmp_path) as (client, store):
        store.save(reading, document)
        for path in (tmp_path / "files").rglob("*.pdf"):
            path.write_bytes(document.replace(b"/MediaBox", b"/MediaBux"))
        picture = client.get(f"/report/{sha256}/page/1.jpg")
        assert picture.status_code == 404
        assert str(tmp_path) not in picture.text


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
