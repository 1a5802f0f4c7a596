"""The generator's DOCX, pages and texts: they print their facts, and know what they have lost."""

from __future__ import annotations

import io
import json
import re
import shutil
import unicodedata
from collections import Counter
from html import unescape
from pathlib import Path
from random import Random

import docx
import opencc
import pytest
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st
from shares import one_in

from samples.generator import told
from samples.generator.__main__ import GROUPS, main
from samples.generator.codes import Form
from samples.generator.committed_documents import DOCUMENTS_FOLDER, committed_documents
from samples.generator.damage import DAMAGES, LOOKALIKES, Damaged, damage
from samples.generator.document import Document
from samples.generator.facts import ReportFacts, make_facts
from samples.generator.fonts import FONTS
from samples.generator.numbers import DENSE
from samples.generator.printing import Habits, Printed
from samples.generator.producers.docx_look import DocxLook, draw_docx_look
from samples.generator.producers.dumps import DUMPS
from samples.generator.producers.flattened import LAYOUTS, flatten
from samples.generator.producers.python_docx import render_docx
from samples.generator.style import BreakStyle
from samples.generator.told import Told, run_together, tell, value_rows
from samples.generator.truth import as_text, facts_truth
from samples.generator.unpaged import (
    HTML,
    UNPAGED,
    UnpagedSample,
    make_file,
    make_unpaged,
    plan_unpaged,
    unpaged_truth,
)

WITHOUT_PROGRAMS = ("docx", *HTML, *LAYOUTS)
SEEDS = range(20, 32)
GAPS = DocxLook(gaps=True, grid="missing", page_in_cell=True, blank="run", title="box")
BUSY_LOOK = DocxLook(
    changes=True, controls=True, split_runs=True, hidden=True, fields=True, footnote=True,
    numbered="labels", grid="wrong", title="two_lines",
    breaks=BreakStyle(at={"article20": 0.5}),
)  # fmt: skip


def sample(producer: str, seed: int = 20) -> UnpagedSample:
    (planned,) = plan_unpaged(seed, 1, (producer,), "all")
    return planned


def truth(planned: UnpagedSample) -> dict[str, object]:
    made = make_file(planned)
    return unpaged_truth(planned, made, Damaged(made.data))


def shown_text(element: object) -> str:
    """The words of a DOCX element that Word shows: nothing struck out, nothing hidden."""
    words = []
    for text in element.iter(qn("w:t")):  # type: ignore[attr-defined]
        run = text.getparent()
        around = {ancestor.tag for ancestor in run.iterancestors()}
        properties = run.find(qn("w:rPr"))
        hidden = properties is not None and properties.find(qn("w:vanish")) is not None
        if not hidden and qn("w:del") not in around:
            words.append(text.text)
    return "".join(words)


def docx_values(data: bytes) -> Counter[str]:
    cells = docx.Document(io.BytesIO(data)).element.body.iter(qn("w:tc"))
    return Counter(shown_text(cell) for cell in cells)


@pytest.mark.parametrize("producer", one_in(3, WITHOUT_PROGRAMS))
def test_the_same_seed_gives_the_same_file(producer: str) -> None:
    assert make_file(sample(producer)) == make_file(sample(producer))
    assert make_file(sample(producer)) != make_file(sample(producer, 21))


@pytest.mark.parametrize(
    "look", one_in(3, [DocxLook(), GAPS, BUSY_LOOK, draw_docx_look(Random(3))])
)
@pytest.mark.parametrize("form", list(Form))
def test_a_docx_shows_every_value_and_nothing_twice(look: DocxLook, form: Form) -> None:
    facts = make_facts(9, form, scale=DENSE, mistakes=0)
    planned = UnpagedSample("x", facts, "docx")
    shown = docx_values(render_docx(planned.document, look, 9))
    wanted = Counter(cell.text for cell in facts.cells.values() if len(cell.text) > 2)
    assert wanted
    assert not wanted - shown


def test_a_docx_has_its_spans_gaps_changes_and_numbers() -> None:
    facts = make_facts(9, Form.T21, scale=DENSE, habits=Habits(), mistakes=0)
    document = UnpagedSample("x", facts, "docx").document
    plain = document_xml(render_docx(document, DocxLook(), 9))
    assert "w:gridSpan" in plain
    assert "w:vMerge" in plain
    assert "1.属于国家秘密" in plain
    gaps = document_xml(render_docx(document, GAPS, 9))
    assert "w:gridBefore" in gaps
    assert "w:gridAfter" in gaps
    assert gaps.count("w:gridCol ") == 1  # of the page's one cell; the tables have no grid
    busy = document_xml(render_docx(document, BUSY_LOOK, 9))
    assert {"w:del ", "w:ins ", "w:vanish", "w:fldChar", "w:sdt>", "w:footnoteReference"} <= {
        mark for mark in ("w:del ", "w:ins ", "w:vanish", "w:fldChar", "w:sdt>",
                          "w:footnoteReference") if mark in busy
    }  # fmt: skip
    assert "1.属于国家秘密" not in re.sub("<[^>]*>", "", busy)


def document_xml(data: bytes) -> str:
    return str(docx.Document(io.BytesIO(data)).element.xml)


@pytest.mark.parametrize("producer", HTML)
def test_a_page_prints_every_value_in_some_charset(producer: str) -> None:
    for seed in SEEDS:
        planned = sample(producer, seed)
        data = make_file(planned).data
        text = unescape(decoded(data))
        words = Counter(re.sub(r"\s", "", w) for w in re.findall(r">([^<>]+)<", text))
        joined = re.sub(r"<[^>]*>|\s", "", text)
        for cell in planned.facts.cells.values():
            assert words[cell.text] or cell.text in joined
        assert planned.facts.issuer.name in joined


def decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def test_pages_come_in_many_charsets_and_some_declare_a_wrong_one() -> None:
    seen = set()
    for seed in range(60):
        data = make_file(sample("html", seed)).data
        declared = re.search(rb"charset=([\w-]+)", data)
        try:
            data.decode("utf-8")
            real = "utf-8"
        except UnicodeDecodeError:
            real = "other"
        seen.add((declared and declared[1].decode(), real))
    assert {
        ("utf-8", "utf-8"),
        ("gb2312", "other"),
        ("utf-8", "other"),
        ("gb2312", "utf-8"),
    } <= seen


@pytest.mark.parametrize("name", ["text_pipes", "text_markdown", "text_repeated", "text_tsv"])
def test_rows_with_bars_or_tabs_keep_every_value_in_its_place(name: str) -> None:
    for seed in SEEDS:
        planned = sample(name, seed)
        text = make_file(planned).data.decode()
        rows = [re.split(r"\s*[|\t]\s?", line.strip(" ")) for line in text.split("\n")]
        rows = [[field.strip() for field in row] for row in rows]
        for keys in value_rows(planned.document):
            wanted = [planned.facts.cells[key].text for key in keys]
            assert any(contains(row, wanted) for row in rows), (seed, keys)


def contains(row: list[str], wanted: list[str]) -> bool:
    """Whether the row's fields have the values in their order, with others between."""
    fields = iter(row)
    return all(any(field == value for field in fields) for value in wanted)


@pytest.mark.parametrize("name", ["text_lines_without_blanks", "text_one_line", "text_spaced"])
def test_a_row_that_lost_some_of_its_blanks_tells_nothing(name: str) -> None:
    facts = make_facts(7, Form.T21, scale=DENSE, habits=Habits(blank_zeros="some"), mistakes=0)
    cells = dict(facts.cells)
    rows = value_rows(document_of(facts))
    first, second = [row for row in rows if len(row) == 7][:2]
    cells |= {key: Printed("", None, "blank") for key in first}
    cells |= {key: Printed("3", 3) for key in second} | {second[2]: Printed("", None, "blank")}
    left = LAYOUTS[name].told(cells, rows)
    assert not set(first) & set(left.hidden)
    assert set(second) <= set(left.hidden)
    assert all(left.also[key] == ((None, "cell_not_in_source"),) for key in second)


def document_of(facts: ReportFacts) -> Document:
    return UnpagedSample("x", facts, "docx").document


@pytest.mark.slow
@given(st.lists(st.sampled_from(["0", "1", "7", "12", "", "340"]), min_size=2, max_size=7))
def test_fused_values_are_known_only_where_nothing_else_can_be_meant(texts: list[str]) -> None:
    row = [f"applications/x/{n}" for n in range(len(texts))]
    cells = {
        key: Printed(text, int(text) if text else None, "number" if text else "blank")
        for key, text in zip(row, texts, strict=True)
    }
    left = run_together(cells, [row])
    whole = "".join(texts)
    same = len(set(whole)) == 1 and len(whole) == len(texts) and all(texts)
    assert bool(left.hidden) == (bool(whole) and not same)
    for key in left.hidden:
        numbers = [value for value, _ in left.also[key] if value is not None]
        assert bool(numbers) == (len(whole) == len(texts) and all(len(t) == 1 for t in texts))


def test_tabs_cut_to_the_width_lose_the_last_values_of_the_deep_rows() -> None:
    lost = Counter()
    for seed in SEEDS:
        facts = make_facts(seed, Form.T21, habits=Habits(), mistakes=0)
        flat = flatten("text_tsv_cut", document_of(facts), facts)
        lost.update(flat.told.hidden.values())
        assert set(flat.told.hidden.values()) <= {"cell_not_in_source"}
        kept = {key for key in facts.cells if key not in flat.told.hidden}
        fields = Counter(re.split(r"[\t\n]", flat.text))
        assert not Counter(facts.cells[key].text for key in kept) - fields
    assert lost["cell_not_in_source"] > 100


def test_a_page_without_repeated_lines_says_that_its_values_are_gone() -> None:
    facts = make_facts(7, Form.T21, habits=Habits(), mistakes=0)
    flat = flatten("text_deduplicated", document_of(facts), facts)
    lines = flat.text.splitlines()
    assert len(lines) == len(set(lines))
    assert set(flat.told.hidden) == set(facts.cells)
    assert set(flat.told.hidden.values()) == {"cell_not_in_source"}


def test_where_label_follows_label_every_value_is_blank() -> None:
    facts = truth(sample("text_no_values"))
    assert set(facts["kinds"].values()) == {"blank"}  # type: ignore[attr-defined]
    assert facts["kinds"].keys() == facts["cells"].keys()  # type: ignore[attr-defined]
    text = make_file(sample("text_no_values")).data.decode()
    assert "属于国家秘密" in text
    assert not re.search(r"(?m)^\d+$", text)


def test_headings_alone_make_no_template() -> None:
    facts = truth(sample("text_headings"))
    assert facts["template"] is None
    assert facts["cells"] == {}
    assert "tables_missing" in facts["flags"]  # type: ignore[operator]


def test_a_relation_with_a_cell_that_is_lost_cannot_be_violated() -> None:
    facts = make_facts(3, Form.T21, scale=DENSE, habits=Habits(), mistakes=2)
    whole = facts_truth(facts)
    pair = whole["violated"][0]
    everything_lost = tell(whole, facts, Told(dict.fromkeys(facts.cells, told.UNREAD)))
    assert everything_lost["violated"] == []
    assert pair in everything_lost["untestable"]
    assert tell(whole, facts, told.EVERYTHING)["violated"] == whole["violated"]


@pytest.mark.parametrize("name", DAMAGES)
@pytest.mark.parametrize("producer", ["text_pipes", "html"])
def test_a_damage_leaves_the_numbers(name: str, producer: str) -> None:
    made = make_file(sample(producer, 23))
    harmed = damage(name, made.data, made.suffix, 23).data
    assert harmed == damage(name, made.data, made.suffix, 23).data
    assert harmed != made.data
    if not name.startswith("mojibake"):
        before = re.findall(r"\d+", re.sub("<[^>]*>", "", decoded(made.data)))
        after = unicodedata.normalize("NFKC", re.sub("<[^>]*>", "", harmed.decode()))
        if name == "odd_blanks":
            after = after.replace("\u200b", "")
        assert re.findall(r"\d+", after) == before


def test_mojibake_can_be_taken_back() -> None:
    made = make_file(sample("text_tsv", 23))
    text = made.data.decode()
    latin = damage("mojibake_gbk_latin", made.data, ".txt", 1).data.decode()
    assert latin.encode("latin-1").decode("gb18030") == text
    western = damage("mojibake_latin", made.data, ".txt", 1).data.decode()
    assert "æ" in western
    assert "政府" not in western


def test_traditional_words_come_back_as_they_were() -> None:
    made = make_file(sample("text_pipes", 23))
    turned = damage("traditional", made.data, ".txt", 1).data.decode()
    assert "規範性文件" in turned
    assert opencc.OpenCC("t2s").convert(turned) == made.data.decode()
    pinyin = damage("pinyin_toned", made.data, ".txt", 1).data.decode()
    assert re.sub(r"\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]+\)", "", pinyin) == turned


def test_the_command_line_takes_producers_groups_and_damages(tmp_path: Path) -> None:
    arguments = ["--seed", "5", "--count", "3", "--out", str(tmp_path)]
    assert main([*arguments, "--producer", "text_pipes", "--damage", "pinyin_toned"]) == 0
    texts = sorted(path for path in tmp_path.iterdir() if not path.name.endswith(".truth.json"))
    assert len(texts) == 3
    assert "(bào)" in texts[0].read_text(encoding="utf-8")
    facts = json.loads((tmp_path / f"{texts[0].stem}.truth.json").read_text(encoding="utf-8"))
    assert facts["damage"] == "pinyin_toned"
    assert set(GROUPS["all"]) == {*GROUPS["pdf"], *UNPAGED}


@pytest.mark.parametrize("planned", committed_documents(), ids=lambda planned: planned.name)
def test_a_committed_document_is_what_the_generator_makes_now(
    planned: UnpagedSample, tmp_path: Path
) -> None:
    committed = json.loads((DOCUMENTS_FOLDER / f"{planned.name}.truth.json").read_text("utf-8"))
    assert committed["issuer"] == planned.facts.issuer.name
    (path,) = (
        p for p in DOCUMENTS_FOLDER.glob(f"{planned.name}.*") if not p.name.endswith(".truth.json")
    )
    assert path.stat().st_size < 125_000
    if planned.producer == "docx_libreoffice":
        return  # as long as its version stays
    make_unpaged([planned], tmp_path)
    for name in (path.name, f"{planned.name}.truth.json"):
        assert (tmp_path / name).read_bytes() == (DOCUMENTS_FOLDER / name).read_bytes()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="Debian's libreoffice-writer-nogui")
def test_libreoffice_saves_docx_html_and_text(tmp_path: Path) -> None:
    samples = [
        planned
        for name in ("docx_libreoffice", "html_libreoffice", "text_libreoffice")
        for planned in plan_unpaged(40, 2, (name,), "all")
    ]
    paths = make_unpaged(samples, tmp_path)
    for planned, path in zip(samples, paths, strict=True):
        data = path.read_bytes()
        wanted = Counter(c.text for c in planned.facts.cells.values() if len(c.text) > 2)
        if path.suffix == ".docx":
            assert not wanted - docx_values(data)
        else:
            text = data.decode("utf-8-sig")
            cells = re.findall(r"<td.*?</td>", text, re.DOTALL) or text.split("\n")
            words = Counter(re.sub(r"<[^>]*>|\s", "", unescape(cell)) for cell in cells)
            assert not wanted - words


@pytest.mark.slow
@pytest.mark.skipif(
    not all(Path(font.path).is_file() for font in FONTS.values()), reason="fonts are missing"
)
def test_the_text_of_a_pdf_has_the_values() -> None:
    names = [name for name in DUMPS if "pdftotext" not in name or shutil.which("pdftotext")]
    for name in names:
        planned = sample(name, 24)
        words = Counter(make_file(planned).data.decode().split())
        assert words
        wanted = Counter(c.text for c in planned.facts.cells.values() if len(c.text) > 3)
        assert sum((wanted - words).values()) <= 0.1 * sum(wanted.values())


def test_the_truth_of_a_document_reads_like_that_of_a_pdf() -> None:
    facts = truth(sample("docx", 22))
    assert {"cells", "kinds", "template", "issuer", "report_year", "violated", "prose"} <= set(
        facts
    )
    assert json.loads(as_text(facts)) == json.loads(as_text(facts))


def test_look_alike_characters_stand_for_the_character_they_replace() -> None:
    for character, alike in LOOKALIKES.items():
        assert len(character) == len(alike) == 1
        folded = unicodedata.normalize("NFKC", alike)
        # the supplement's radicals have no decomposition, but are named for what they stand for
        assert folded == character or (
            folded == alike and unicodedata.name(alike).startswith("CJK RADICAL C-SIMPLIFIED")
        ), (character, alike)
