"""What the pages say, in both languages, and texts made fit to be shown."""

from __future__ import annotations

import re
from pathlib import Path

from places import ROOT
from review_making import opened_app

from review.rendering import short, visible
from review.words import LANGUAGES, WORDS, language_of, speaker


def test_every_word_that_is_said_is_in_both_languages() -> None:
    folder = ROOT / "review"
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
