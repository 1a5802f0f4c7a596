"""How the pages look and can be used: size, contrast, names of controls, and their pictures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import Served, all_saved, chromium, picture_shown, served, until, window
from desk_making import desk, keep
from PIL import Image
from places import ROOT
from review_making import filled_report
from test_review_figures import placed

from gouji.model import Action
from gouji.store import Store
from review.deciding import Wish
from review.desk import Desk
from review.eyes import Eyes

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["chromium"]
pytestmark = pytest.mark.slow
SHA = filled_report().source.sha256
PICTURES = ROOT / "docs/pictures"
SHIPPED = (
    *("review-queue", "review-report", "review-report-dark", "review-keys", "review-audit"),
    *("review-figures", "review-disagreement", "review-sign-in", "review-report-twice"),
)
SCHEMES = (("zh-CN", "light", ""), ("en-GB", "dark", "-dark"))

# The texts on the page that stand out too little from what is behind them (WCAG 2.2 AA: 4.5 to 1,
# 3 to 1 from 24 pixels, or 18.7 bold).
FAINT = """() => {
  const pen = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = (color) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = color;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, below) => [0, 1, 2].map((n) => top[n] * top[3] + below[n] * (1 - top[3]));
  const behind = (element) => {
    if (!element) return [255, 255, 255];
    const color = rgba(getComputedStyle(element).backgroundColor);
    return color[3] > 0.999 ? color.slice(0, 3) : over(color, behind(element.parentElement));
  };
  const light = (color) => {
    const [r, g, b] = color.map((v) => v / 255).map(
      (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = [];
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own && !(element.matches('input, select') && element.value)) continue;
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    if (!box.width || !box.height || style.visibility === 'hidden' || box.left < -100) continue;
    if (element.closest('svg, .hidden, .viewport, option')) continue;
    const back = behind(element);
    const [a, b] = [light(over(rgba(style.color), back)), light(back)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.7 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) {
      found.push(`${element.tagName}.${element.className} ${ratio.toFixed(2)}: ` +
        (element.textContent || element.value).trim().slice(0, 30));
    }
  }
  return found;
}"""
# Controls that say nothing to a screen reader, and headings that leave out a level.
NAMELESS = """() => {
  const found = [];
  for (const control of document.querySelectorAll('input, select, button, a, [role=img]')) {
    if (control.type === 'hidden' || control.closest('[hidden]')) continue;
    const name = control.getAttribute('aria-label') || control.textContent.trim() || control.title
      || [...(control.labels || [])].map((label) => label.textContent.trim()).join('');
    if (!name) found.push(control.outerHTML.slice(0, 80));
  }
  let level = 0;
  for (const heading of document.querySelectorAll('h1, h2, h3, h4')) {
    const now = Number(heading.tagName[1]);
    if (now > level + 1) found.push(`h${level} to h${now}`);
    level = now;
  }
  if (document.querySelectorAll('main').length !== 1) found.push('not one main');
  if (!document.documentElement.lang) found.push('no language');
  return found;
}"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str, str]]:
    """A server over reports with doubts, sums that break, decisions, years, and a disagreement;
    with the report in doubt and the one on which two people disagree.
    """
    work = tmp_path_factory.mktemp("office")
    errors = keep(work, None, "digital/t19_publisher_errors.pdf")
    plain = keep(work, None, "digital/t21_plain.pdf")
    for name in ("t19_large_values", "t21_broken_table"):
        keep(work, None, f"digital/{name}.pdf")
    with Store.open(None, work) as store:
        for year in range(2019, 2025):
            for number, town in enumerate(("平安镇", "福兴镇", "大德镇")):
                refused, part = (year + number) % 4, (5 * year + number) % 3
                full, lost = 3 + 5 * number + 7 * year % 11, (year - number) % 5 // 3
                numbers = {
                    "applications/processed_total/total": full + part + refused,
                    "applications/granted_in_full/total": full,
                    "applications/granted_in_part/total": part,
                    "applications/refused.third_party_rights/total": refused,
                    "applications/unable.not_held/total": year % 3,
                    "review_litigation/review/total": 1 + lost,
                    "review_litigation/review/corrected": lost,
                    "review_litigation/litigation_direct/total": lost,
                }
                place = ("辽宁省", "阜新市", "彰武县")
                report = placed(f"{town}人民政府", year, full + 4, *place, numbers=numbers)
                store.save(report)
        at = Desk(store, double_review=1.0)
        for number, key in enumerate(at.open(plain).order()[:6]):
            for who in ("李芳", "王强"):
                eyes = Eyes(who)
                seen = at.open(plain, eyes)
                value = seen.cell(key).value
                wish = Wish(key, Action.CONFIRM, seen=seen.version)
                if who == "王强" and number == 2:
                    wish = Wish(key, Action.CORRECT, f"{value}1", seen=seen.version)
                at.decide(plain, wish, eyes)
        at.close()
    with served(work) as server:
        yield server, errors, plain


def pages_of(errors: str, plain: str) -> dict[str, str]:
    return {
        "queue": "/",
        "report": f"/report/{errors}",
        "disagreement": f"/report/{plain}",
        "audit": "/audit",
        "figures": "/figures?region=辽宁省/",
        "sign-in": "/sign-in",
        "fault": "/nowhere",
    }


def test_at_twice_the_size_what_is_decided_stays_in_sight(
    chromium: Browser, office: tuple[Served, str, str]
) -> None:
    server, errors, plain = office
    with window(chromium) as page:
        for width, height in ((720, 450), (400, 700)):
            page.set_viewport_size({"width": width, "height": height})
            for path in pages_of(errors, plain).values():
                page.goto(server.url + path)
                wide = page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, path
            page.goto(f"{server.url}/report/{errors}")
            picture_shown(page)
            for key in ("ArrowDown",) * 12 + ("ArrowUp",) * 3:
                page.keyboard.press(key)
                for what in ("#typed", "#crop", "td.current"):
                    box = page.locator(what).bounding_box()
                    assert box is not None, what
                    assert box["y"] >= -1, (width, what)
                    assert box["y"] + box["height"] <= height + 1, (width, what)
                card = page.locator("#card").bounding_box()
                cell = page.locator("td.current").bounding_box()
                assert card is not None
                assert cell is not None
                assert cell["y"] >= card["y"] + card["height"] - 2, "not below the card"


@pytest.mark.parametrize(("language", "scheme", "_"), SCHEMES)
def test_every_text_stands_out_and_every_control_has_a_name(
    chromium: Browser, office: tuple[Served, str, str], language: str, scheme: str, _: str
) -> None:
    server, errors, plain = office
    with window(chromium, language=language, scheme=scheme) as page:
        for name, path in pages_of(errors, plain).items():
            page.goto(server.url + path)
            assert page.evaluate(FAINT) == [], (name, scheme)
            assert page.evaluate(NAMELESS) == [], name
        page.goto(f"{server.url}/report/{errors}")
        page.keyboard.press("?")
        assert page.evaluate(FAINT) == []
        page.evaluate("document.querySelector('dialog dd').style.color = '#777'")
        page.evaluate("document.querySelector('#help-open').replaceChildren()")
        page.evaluate("document.querySelector('#help-open').title = ''")
        assert len(page.evaluate(FAINT)) == 1, "the check itself"
        assert len(page.evaluate(NAMELESS)) == 1


def test_everything_is_reached_with_tab_and_the_focus_is_seen(
    chromium: Browser, office: tuple[Served, str, str]
) -> None:
    server, errors, _ = office
    focus = "document.activeElement.id || document.activeElement.textContent.trim().slice(0, 20)"
    with window(chromium) as page:
        page.goto(f"{server.url}/figures?region=辽宁省/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        reached = set()
        for _number in range(12):
            page.keyboard.press("Tab")
            reached.add(page.evaluate(focus))
            seen = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert seen != "none", page.evaluate(focus)
        assert {"显示", "阜新市"} <= reached
        page.goto(f"{server.url}/report/{errors}")
        reached = set()
        for _number in range(25):
            page.keyboard.press("Tab")
            reached.add(page.evaluate(focus))
        assert {"zoom-in", "zoom-out", "why", "sheet", "help-open", "page-after"} <= reached


def test_pages_look_as_their_pictures_show(
    chromium: Browser, office: tuple[Served, str, str], tmp_path: Path
) -> None:
    server, errors, plain = office
    taken: list[Path] = []

    def take(page: Page, name: str) -> None:
        taken.append(tmp_path / f"review-{name}.png")
        page.screenshot(path=taken[-1])

    for language, scheme, ending in SCHEMES:
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
            for name, path in pages_of(errors, plain).items():
                if name in ("disagreement", "audit", "figures", "sign-in"):
                    page.goto(server.url + path)
                    if name == "disagreement":
                        picture_shown(page)
                        until(page, "document.getElementById('crop').width > 50")
                    take(page, f"{name}{ending}")
            if not ending:
                page.set_viewport_size({"width": 720, "height": 450})
                page.goto(f"{server.url}/report/{errors}")
                picture_shown(page)
                take(page, "report-twice")
    assert len({path.read_bytes() for path in taken}) == len(taken)
    if os.environ.get("UPDATE_PICTURES"):
        for path in taken:
            if path.stem in SHIPPED:
                with Image.open(path) as picture:
                    small = picture.convert("RGB").quantize(128, dither=Image.Dither.NONE)
                    small.save(PICTURES / path.name, optimize=True)


def test_a_small_window_needs_no_sideways_scrolling_for_any_text(
    chromium: Browser, tmp_path: Path
) -> None:
    long = filled_report(issuer="很长的机关名称" * 30)
    with desk(chromium, tmp_path, long) as (page, url):
        page.set_viewport_size({"width": 400, "height": 700})
        for path in ("/", f"/report/{SHA}", "/audit"):
            page.goto(url + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 400, path
