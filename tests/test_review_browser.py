"""A clerk in a real Chromium: a document is read, settled by keyboard alone, and exported."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import ROOT, all_saved, chromium, picture_shown, served, until, window
from PIL import Image
from review_making import PERSON, filled_report, form_cell
from typer.testing import CliRunner

from extractors.reading import read_file
from extractors.settings import ReadSettings
from flows.commands import app as commands
from gouji.model import Alternative, CellState, DocumentReading, EngineMissing
from gouji.store import Store
from ocr.engines import open_engine

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["chromium"]
pytestmark = pytest.mark.slow
SHA = filled_report().source.sha256
PICTURES = ROOT / "docs/pictures"
SHIPPED = ("review-queue", "review-report", "review-report-dark", "review-keys", "review-audit")


def in_doubt(reading: DocumentReading, every: int = 12) -> DocumentReading:
    """A sure reading made doubtful in some places, with other readings that look alike."""
    cells = []
    for number, cell in enumerate(reading.cells):
        if cell.value is None or number % every:
            cells.append(cell)
            continue
        doubt = 0.04 + 0.02 * (number % 7)
        text = str(cell.value)
        other = text.replace("0", "8") if "0" in text else text.replace("1", "7").replace("3", "8")
        others = (
            Alternative(text, 1 - doubt),
            Alternative(other, 0.7 * doubt),
            Alternative("", 0.01),
        )
        cells.append(
            replace(cell, state=CellState.REVIEW, confidence=1 - doubt, alternatives=others)
        )
    return replace(reading, cells=tuple(cells))


def keep(work: Path, database: str | None, name: str, every: int = 12) -> str:
    """Read a sample into the store; its sha256."""
    path = ROOT / "samples" / name
    reading = in_doubt(read_file(path, ReadSettings()), every)
    with Store.open(database, work) as store:
        store.save(reading, path.read_bytes())
    return reading.source.sha256


@contextmanager
def desk(
    browser: Browser, work: Path, *readings: DocumentReading, database: str | None = None
) -> Iterator[tuple[Page, str]]:
    """A window at the first of the reports."""
    with Store.open(database, work) as store:
        for reading in readings:
            store.save(reading)
    with served(work, database) as server, window(browser) as page:
        page.goto(f"{server.url}/report/{readings[0].source.sha256}")
        yield page, server.url


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
        order = page.evaluate("JSON.parse(document.getElementById('view').textContent).order")
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
        for key in ("b", "/", "u", "s"):
            press(key)
        press("z")
        all_saved(page, 8)
        assert page.evaluate("document.querySelector('td.current').dataset.key") == order[6]
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


def test_it_can_be_used_at_twice_the_size_and_on_a_small_window(
    chromium: Browser, tmp_path: Path
) -> None:
    with desk(chromium, tmp_path, filled_report()) as (page, url):
        for width in (720, 400):
            page.set_viewport_size({"width": width, "height": 450})
            for path in ("/", f"/report/{SHA}", "/audit", "/figures"):
                page.goto(url + path)
                wide = page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, path


def test_pages_look_as_their_pictures_show(chromium: Browser, tmp_path: Path) -> None:
    """Writes the pictures of docs/review.md where UPDATE_PICTURES is set."""
    for name in ("t21_plain", "t19_publisher_errors", "t19_large_values", "t21_broken_table"):
        keep(tmp_path, None, f"digital/{name}.pdf")
    taken: list[Path] = []

    def take(page: Page, name: str) -> None:
        taken.append(tmp_path / f"review-{name}.png")
        page.screenshot(path=taken[-1])

    with served(tmp_path) as server:
        for language, scheme, ending in (("zh-CN", "light", ""), ("en-GB", "dark", "-dark")):
            with window(chromium, language=language, scheme=scheme) as page:
                page.goto(server.url)
                take(page, f"queue{ending}")
                page.locator("tr", has_text="t19_publisher_errors").locator("a").focus()
                page.keyboard.press("Enter")
                page.wait_for_url("**/report/**")
                picture_shown(page)
                for _ in range(3):
                    page.keyboard.press("Enter")
                page.keyboard.press("b")
                page.keyboard.press("z")
                all_saved(page)
                until(page, "document.getElementById('crop').width > 50")
                take(page, f"report{ending}")
                page.keyboard.press("?")
                take(page, f"keys{ending}")
                page.keyboard.press("Escape")
                page.goto(f"{server.url}/audit")
                take(page, f"audit{ending}")
    assert len({path.read_bytes() for path in taken}) == 8
    if os.environ.get("UPDATE_PICTURES"):
        for path in taken:
            if path.stem in SHIPPED:
                with Image.open(path) as picture:
                    small = picture.convert("RGB").quantize(128, dither=Image.Dither.NONE)
                    small.save(PICTURES / path.name, optimize=True)
