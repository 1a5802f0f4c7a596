"""Numbers of the narrative come back from the store with the places that they were read at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from extractors.reading import read_document
from extractors.settings import ReadSettings
from gouji.store import Store

TEXT = """张北县公会镇人民政府2022年政府信息公开工作年度报告
一、总体情况
全年共收到政府信息公开申请１２件，上年结转3件，办结14件，结转下年度1件。予以公开约六十余件。
二、主动公开政府信息情况
制发行政规范性文件二件。
三、收到和处理政府信息公开申请情况
未收取信息处理费。
四、政府信息公开行政复议、行政诉讼情况
全年没有发生行政复议和行政诉讼。
五、存在的主要问题及改进情况
六、其他需要报告的事项
"""


@pytest.fixture
def store(database_url: str | None, tmp_path: Path) -> Iterator[Store]:
    with Store.open(database_url, tmp_path / "work") as store:
        yield store


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_facts_of_a_narrative_come_back_with_their_places(store: Store, ends: str) -> None:
    reading = read_document("a.txt", TEXT.replace("\n", ends).encode(), ReadSettings())
    store.save(reading)
    back = store.load(
        reading.source.sha256, reading.pipeline.version, reading.pipeline.settings_digest
    )
    assert back is not None
    assert back.prose == reading.prose
    assert len(back.prose) > 5
    (page,) = back.text
    printed = {}
    for fact in back.prose:
        assert fact.offset is not None
        start, end = fact.offset
        printed[fact.code, fact.value] = page.text[start:end]
    assert "１２" in printed["requests_received", 12]
    assert {"3", "14", "1", "二"} <= {text.strip("件") for text in printed.values()}
    assert any("没有发生行政复议" in text for text in printed.values())
