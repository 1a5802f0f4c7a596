"""A clerk in a real Chromium: a document is read, settled by keyboard alone, and exported."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import all_saved, chromium, picture_shown, served, until, window
from desk_making import desk, keep
from review_making import PERSON, filled_report, form_cell
from typer.testing import CliRunner

from extractors.settings import ReadSettings
from flows.commands.app import app as commands
from gouji.model import Alternative, EngineMissing
from gouji.store import Store
from ocr.engines import open_engine

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["chromium"]
pytestmark = pytest.mark.slow
SHA = filled_report().source.sha256


def settle_and_export(browser: Browser, work: Path, database: str | None, sha256: str) -> None:
    """From the queue to the exported table without touching the mouse."""
    with served(work, database) as server, window(browser) as page:
        page.goto(server.url)
        page.keyboard.press("Enter")  # the first report has the focus
        page.wait_for_url("**/report/**")
        picture_shown(page)
        waiting = page.evaluate("JSON.parse(document.getElementById('view').textContent).order")
        assert waiting
        page.keyboard.type("4711")
        page.keyboard.press("Enter")
        count = 1
        while page.locator("#done").is_hidden():
            before = page.input_value("#typed")
            page.keyboard.press("b" if before == "未读出" else "Enter")
            count += 1
            assert count < 300
        all_saved(page, count)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{server.url}/")
    given = ["--work", str(work), *(["--database", database] if database else [])]
    done = CliRunner().invoke(commands, ["export", "--out", str(work / "out"), *given])
    assert done.exit_code == 0, done.output
    with open(work / "out/cells.csv", encoding="utf-8-sig", newline="") as file:
        rows = {row["key"]: row for row in csv.DictReader(file)}
    assert (rows[waiting[0]]["value"], rows[waiting[0]]["state"]) == ("4711", "corrected")
    assert {rows[key]["state"] for key in waiting} <= {"corrected", "confirmed"}
    assert CliRunner().invoke(commands, ["audit", "verify", *given]).exit_code == 0


def test_a_document_is_read_settled_by_keyboard_and_exported(
    chromium: Browser, tmp_path: Path, database_url: str | None
) -> None:
    sha256 = keep(tmp_path, database_url, "digital/t21_plain.pdf")
    settle_and_export(chromium, tmp_path, database_url, sha256)


def test_a_scan_is_read_settled_by_keyboard_and_exported(chromium: Browser, tmp_path: Path) -> None:
    try:
        open_engine(ReadSettings().ocr)
    except EngineMissing as error:
        pytest.skip(str(error))
    sha256 = keep(tmp_path, None, "scans/t21_office_scan.pdf", every=40)
    settle_and_export(chromium, tmp_path, None, sha256)


def test_two_hundred_enters_lose_none_and_are_saved_in_order(
    chromium: Browser, tmp_path: Path
) -> None:
    keys = [f"indicators/row_{n:03d}/value" for n in range(200)]
    cells = tuple(form_cell(key, n, doubt=0.4 - n / 1000) for n, key in enumerate(keys))
    with desk(chromium, tmp_path, replace(filled_report(), cells=cells)) as (page, _):
        for _ in range(200):
            page.keyboard.press("Enter")
        all_saved(page, 200)
        until(page, "!document.getElementById('done').hidden")
    with Store.open(None, tmp_path) as store:
        assert [d.made.key for d in store.reviews.all()] == keys
        assert store.reviews.verify().fault is None
        assert store.queue.cells(SHA) == {}


def test_a_server_that_is_killed_costs_nothing(chromium: Browser, tmp_path: Path) -> None:
    with Store.open(None, tmp_path) as store:
        store.save(filled_report(doubts=60))
    with served(tmp_path) as first, window(chromium) as page:
        page.goto(f"{first.url}/report/{SHA}")
        for number in range(60):
            page.keyboard.press("Enter")
            if number == 30:
                first.kill()
        until(page, "document.getElementById('status').classList.contains('trouble')")
        with served(tmp_path, port=first.port):
            all_saved(page, 60)
    with Store.open(None, tmp_path) as store:
        made = [d.made.key for d in store.reviews.all()]
        assert len(made) == len(set(made)) == 60
        assert store.reviews.verify().fault is None


def test_what_was_not_saved_is_sent_when_the_page_is_opened_again(
    chromium: Browser, tmp_path: Path
) -> None:
    with desk(chromium, tmp_path, filled_report()) as (page, _):
        page.route("**/decide", lambda route: route.abort())
        page.keyboard.press("Enter")
        page.keyboard.press("b")
        until(page, "document.getElementById('status').dataset.pending === '2'")
        page.unroute("**/decide")
        page.evaluate("window.stop()")
        page.goto("about:blank")
        page.go_back()
        all_saved(page, 2)
    with Store.open(None, tmp_path) as store:
        assert [str(d.made.action) for d in store.reviews.all()] == ["confirm", "blank"]


def test_every_key_does_what_the_help_says(chromium: Browser, tmp_path: Path) -> None:
    with desk(chromium, tmp_path, filled_report(doubts=12)) as (page, url):
        press = page.keyboard.press
        press("2")  # the second alternative, and then it is confirmed
        assert page.input_value("#typed") == "7"
        press("Enter")
        press("1")
        press("5")  # two digits are a number
        assert page.input_value("#typed") == "15"
        press("Enter")
        press("Space")
        press("2")  # after a blank, one digit is a number as well
        assert page.input_value("#typed").strip() == "2"
        press("Enter")
        press("9")  # there is no ninth alternative
        press("Backspace")
        press("4")
        press("Escape")
        for key in ("b", "/", "u"):
            press(key)
        all_saved(page, 6)
        looked_at = "document.querySelector('td.current').dataset.key"
        last = page.evaluate(looked_at)
        press("s")
        press("z")
        all_saved(page, 8)
        assert page.evaluate(looked_at) == last
        press("ArrowDown")
        press("k")
        press("w")
        page.keyboard.type("b/us 1")
        press("Enter")
        press("Enter")
        press("?")
        assert page.locator("#help").is_visible()
        press("Enter")  # closes it, and decides nothing
        assert page.locator("#help").is_hidden()
        all_saved(page, 9)
        press("q")
        page.wait_for_url(f"{url}/")
        press("/")
        page.keyboard.type("没有这个机关")
        until(page, "document.querySelectorAll('#found td.organ').length === 0")
    with Store.open(None, tmp_path) as store:
        made = [(str(d.made.action), d.made.after.value) for d in store.reviews.all()]
        assert made == [
            ("correct", 7), ("correct", 15), ("correct", 2), ("blank", None),
            ("not_applicable", None), ("unreadable", None), ("source_says_so", 0), ("undo", 0),
            ("confirm", 0),
        ]  # fmt: skip
        assert store.reviews.newest()[0].made.why == "b/us 1"


def test_two_reviewers_see_each_other(chromium: Browser, tmp_path: Path) -> None:
    with (
        desk(chromium, tmp_path, filled_report()) as (one, url),
        window(chromium) as other,
    ):
        other.goto(f"{url}/report/{SHA}")
        one.keyboard.type("41")
        one.keyboard.press("Enter")
        all_saved(one, 1)
        other.keyboard.type("42")
        other.keyboard.press("Enter")
        until(other, "!document.getElementById('conflict').hidden")
        assert "41" in other.inner_text("#conflict-said")
        assert "42" in other.inner_text("#conflict-said")
        other.keyboard.press("m")
        all_saved(other, 1)
    with Store.open(None, tmp_path) as store:
        assert [d.made.after.value for d in store.reviews.all()] == [41, 42]


def test_a_hostile_document_runs_nothing(chromium: Browser, tmp_path: Path) -> None:
    text = '"><img src=x onerror=alert(1)></script><script>alert(2)</script>\u202e{{7*7}}'
    cell = replace(form_cell(PERSON, 1, doubt=0.4), as_read=text, label=text)
    cell = replace(cell, alternatives=(Alternative(text, 0.6), Alternative("<b>1</b>", 0.4)))
    reading = replace(filled_report(issuer=text), cells=(cell,))
    with desk(chromium, tmp_path, reading) as (page, url):
        page.keyboard.press("2")
        page.keyboard.press("Enter")  # no number: refused and told
        until(page, "document.getElementById('message').textContent !== ''")
        assert page.evaluate("document.querySelectorAll('img[src=x], b b').length") == 0
        page.goto(url)
        assert page.evaluate("document.querySelectorAll('img').length") == 0


def test_a_link_leads_to_a_page_and_a_box_and_to_a_cell(chromium: Browser, tmp_path: Path) -> None:
    sha256 = keep(tmp_path, None, "digital/t21_plain.pdf")
    with served(tmp_path) as server, window(chromium) as page:
        page.goto(f"{server.url}/report/{sha256}#page=2&box=100.00,200.00,140.00,214.00")
        picture_shown(page)
        assert "2 / 3" in page.inner_text("#page-number")
        outline = page.evaluate(
            "(({left, top, width, height}) => [left, top, width, height].map(parseFloat))"
            "(document.getElementById('outline').style)"
        )
        assert outline == [98.5, 198.5, 43, 17]
        box = page.locator("#outline").bounding_box()
        port = page.locator("#viewport").bounding_box()
        assert box is not None
        assert port is not None
        assert port["y"] <= box["y"] <= port["y"] + port["height"]
        page.goto("about:blank")
        page.goto(f"{server.url}/report/{sha256}#key={PERSON}")
        assert page.evaluate("document.querySelector('td.current').dataset.key") == PERSON
        for nonsense in (
            "page=99&box=1",
            "page=x",
            "box=NaN,,,",
            "key=%00",
            "page=2&box=1e999,0,0,0",
        ):
            page.goto("about:blank")
            page.goto(f"{server.url}/report/{sha256}#{nonsense}")
            picture_shown(page)


def test_a_page_picture_that_is_gone_is_told_and_the_cell_can_be_decided(
    chromium: Browser, tmp_path: Path
) -> None:
    sha256 = keep(tmp_path, None, "digital/t21_plain.pdf")
    for path in (tmp_path / "files").rglob("*.pdf"):
        path.unlink()
    with served(tmp_path) as server, window(chromium) as page:
        page.goto(f"{server.url}/report/{sha256}")
        until(page, "!document.getElementById('picture-gone').hidden")
        page.keyboard.press("Enter")
        all_saved(page, 1)


def test_a_script_put_into_the_page_does_not_run(chromium: Browser, tmp_path: Path) -> None:
    with Store.open(None, tmp_path) as store:
        store.save(filled_report())
    with served(tmp_path) as server:
        page = chromium.new_page()
        for path in ("/", f"/report/{SHA}", "/audit", "/figures"):
            page.goto(server.url + path)
            page.evaluate(
                "() => { const script = document.createElement('script');"
                " script.textContent = 'window.ran = true'; document.body.append(script);"
                " const image = new Image(); image.setAttribute('onerror', 'window.ran = true');"
                " image.src = '/nowhere.png'; document.body.append(image); }"
            )
            page.wait_for_timeout(300)
            assert page.evaluate("window.ran === undefined"), path
        page.close()


def test_an_alternative_that_says_blank_is_taken_by_its_digit(
    chromium: Browser, tmp_path: Path
) -> None:
    cell = replace(
        form_cell(PERSON, 1, doubt=0.4), alternatives=(Alternative("1", 0.6), Alternative("", 0.4))
    )
    with desk(chromium, tmp_path, replace(filled_report(), cells=(cell,))) as (page, _):
        page.keyboard.press("2")
        page.keyboard.press("Enter")
        all_saved(page, 1)
    with Store.open(None, tmp_path) as store:
        assert [str(d.made.action) for d in store.reviews.all()] == ["blank"]


def test_two_people_disagree_and_a_third_settles_it_by_keyboard(
    chromium: Browser, tmp_path: Path, database_url: str | None
) -> None:
    with Store.open(database_url, tmp_path) as store:
        store.save(filled_report())
    options = ("--double", "1")
    for who, typed in (("甲", "41"), ("乙", "47"), ("丙", "2")):
        with (
            served(tmp_path, database_url, options=options, who=who) as server,
            window(chromium) as page,
        ):
            page.goto(f"{server.url}/report/{SHA}#key={PERSON}")
            shown = page.inner_text("main")
            assert ("41" in shown) == (who == "丙")
            page.keyboard.type(typed)
            if who == "丙":
                assert page.input_value("#typed") == "47"
            page.keyboard.press("Enter")
            all_saved(page, 1)
    with Store.open(database_url, tmp_path) as store:
        assert [(d.made.who, d.made.look) for d in store.reviews.all()] == [
            ("甲", 1), ("乙", 2), ("丙", 3),
        ]  # fmt: skip
        assert store.second_looks.disagreements() == []
