"""Saved pages that are hostile, broken or endless: read in bounded time, or one line."""

from __future__ import annotations

import time

import pytest
from html_making import NEWS, site_page
from html_reading import read
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.sniff import sniff
from extractors.web.source import flattened, without_scripts
from gouji.model import MediaType
from samples.generator.batch import plan_sample


@pytest.mark.parametrize(
    "page",
    [
        "<html><frameset cols=20,80><frame src=menu.html><frame src=main.html></frameset></html>",
        "<!doctype html><body><iframe src=main.html></iframe></body>",
    ],
)
def test_a_page_that_only_frames_others_says_so(page: str) -> None:
    reading = read(page)
    assert reading.report is None
    assert [f.message for f in reading.failures if "main.html" in f.message]
    assert reading.failed


def test_pages_that_are_no_report_give_none() -> None:
    for page in (
        "<title>404</title><h1>404 Not Found</h1><p>您访问的页面不存在</p>",
        "<title>登录</title><form>用户名<input name=u>密码<input type=password></form>",
        "<ul>"
        + "".join(f"<li><a href={i}>{title}</a></li>" for i, title in enumerate(NEWS))
        + "</ul>",
    ):
        reading = read("<!doctype html>" + page)
        assert reading.report is None
        assert reading.failures == ()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xef\xbb\xbf<!DOCTYPE html><p>x", MediaType.HTML),
        ("<html><body>报告</body></html>".encode("utf-16"), MediaType.HTML),
        ("<html><body>报告</body></html>".encode("utf-16-le"), MediaType.HTML),
        (b"<table><tr><td>1</td></tr></table>", MediaType.HTML),
        (b"<!-- saved --><!-- x -->\n<div>1</div>", MediaType.HTML),
        (b'<?xml version="1.0"?><html xmlns="x"><body/></html>', MediaType.HTML),
        (b"<!--" + b"licence " * 1000 + b"--><html><body>1</body></html>", MediaType.HTML),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n", MediaType.MHTML),
        ("一个小于号 <b> 不是网页".encode(), MediaType.TEXT),
        (b"Content-Type: text/html\n", MediaType.TEXT),
        (b"<note>1</note>", MediaType.TEXT),
    ],
)  # fmt: skip
def test_pages_are_told_by_their_bytes(data: bytes, kind: MediaType) -> None:
    assert sniff(data) is kind


def test_an_mhtml_file_without_a_page_says_so() -> None:
    head = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n"
    reading = read(head + b"Content-Type: text/css\r\n\r\np {}\r\n--x--")
    assert [f.message for f in reading.failures] == ["the saved page (MHTML) holds no HTML part"]


MANY = 20_000
HOSTILE = {
    "divs": b"<div>" * MANY + b"1",
    "closed divs": b"<div>" * MANY + b"1" + b"</div>" * MANY,
    "tables": b"<table><tr><td>" * MANY + b"1",
    "open fonts": b"".join(b"<p><font size=%d>" % i for i in range(MANY)) + b"1",
    "attributes": b"<p " + b" ".join(b"a%d=1" % i for i in range(MANY)) + b">1",
    "row spans": b"<table>" + b"<tr><td rowspan=100000 colspan=100000>1<td>2<td>3" * 2_000,
    "spans to the end": b"<table>" + b"<tr><td rowspan=0>1<td>2<td>3" * 2_000,
    "comments": b"<!--" * MANY + b"-->1",
    "scripts": b"<script>" * MANY + b"</script>1",
    "quotes": b'<a title="' * MANY + b'">1',
    "laughs": b'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "ha">]><html><body>&a;1</body></html>',
    "mojibake": "锛".encode() * MANY + b"1",
    "pictures": b'<img src="data:image/png;base64,' + b"AAAA" * 500_000 + b'">1',
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_is_read_in_bounded_time(name: str) -> None:
    begun = time.process_time()
    reading = read(b"<!doctype html>" + HOSTILE[name])
    assert time.process_time() - begun < 10
    assert reading.failures == ()
    assert "1" in (reading.text[0].text if reading.text else "1")


def test_a_page_beyond_the_limit_is_refused_with_one_line() -> None:
    reading = read(b"<!doctype html><p>" + b"<b>1</b> " * 1_000_000)
    assert [f.message for f in reading.failures] == [
        "the page has 9.0 MB of text and tags without its scripts and pictures; "
        "no more than 6 MB are read"
    ]


@given(st.binary(max_size=400))
@settings(max_examples=60, deadline=None)
def test_random_bytes_after_a_head_are_no_accident(data: bytes) -> None:
    reading = read(b"<html><body><table>" + data)
    assert all(f.kind != "internal" for f in reading.failures)


@given(st.lists(st.sampled_from(
    ["<table>", "</table>", "<tr>", "<td rowspan=2 colspan=3>", "</td>", "<p>", "<div>", "</div>",
     "<b>", "</p>", "<li>", "1", "规章", "<s>", "<sup>", "<caption>", "<thead>", "<br>", "<!--", "-->",
     "<select>", "<option>", "<style>", "</style>", "<ruby>", "<a href=x.pdf>", "<form>", "<nav>"]
), max_size=60))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_no_order_of_tags_is_an_accident(tags: list[str]) -> None:
    reading = read("<!doctype html>" + "".join(tags))
    assert reading.failures == ()


def test_scripts_are_taken_out_and_what_only_looks_like_one_is_not() -> None:
    page = b"<!-- <script> -->1<script>'<p>2</p>'</SCRIPT >3<!-- 4 --><!-->5<style>a{}</style>6"
    assert without_scripts(page) == b"135<style>a{}</style>6"
    assert without_scripts(b"1<script>2") == b"1<script>2"


def test_markup_within_bounds_stays_as_it_is() -> None:
    page = site_page(plan_sample(1, "chromium")).encode()
    assert flattened(page) == page
    sloppy = b"<table>" + b"<tr><td><span><font size=2>1</td>" * 900 + b"</table>"
    assert flattened(sloppy) == sloppy
