"""Saved web pages: every cell of the report, and the report apart from the site around it."""

from __future__ import annotations

import time

import pytest
from html_making import NEWS, PAGES, URL, editor_paragraph, editor_table, rows_of, site_page, spans
from html_reading import lines, read, wrong_cells
from shares import one_in

from samples.generator.batch import plan_sample
from samples.generator.document import Line
from samples.generator.forms import TableLayout


@pytest.mark.parametrize("seed", one_in(3, [3, 10, 25]))
@pytest.mark.parametrize("name", PAGES)
def test_every_cell_of_a_report_is_read_from_any_kind_of_page(name: str, seed: int) -> None:
    sample = plan_sample(seed, "chromium")
    reading = read(PAGES[name](sample))
    assert wrong_cells(reading, sample) == []
    assert reading.failures == ()
    report, facts = reading.report, sample.facts
    assert report is not None
    assert report.issuer == facts.issuer.name
    assert report.report_year == facts.report_year
    assert report.publication_date == facts.publication_date
    assert report.index_number == facts.index_number
    assert report.title == facts.title.replace(" ", "")


@pytest.mark.parametrize("name", PAGES)
def test_the_whole_article_is_kept_and_nothing_of_the_site(name: str) -> None:
    sample = plan_sample(4, "chromium")
    reading = read(PAGES[name](sample))
    text = "".join("".join(lines(reading)).split())
    for block in sample.document.blocks:
        if isinstance(block, Line):
            assert "".join(block.text.split()) in text
    for alien in (*NEWS, "网站首页", "互动交流", "打印本页", "分享到", "字体", "8888888", "请输入"):
        assert alien not in text
    assert reading.report is not None
    assert "8888888" not in str(reading.report.contacts)
    assert reading.report.contacts.get("postcode") != "999999"


def test_a_site_page_gives_its_address_and_its_files() -> None:
    reading = read(site_page(plan_sample(4, "chromium")))
    assert [(a.name, a.url) for a in reading.attachments] == [
        ("年报表格.docx", URL.rsplit("/", 1)[0] + "/P0202401.docx")
    ]


def test_a_report_takes_no_longer_than_it_may() -> None:
    pages = [PAGES["word"](plan_sample(seed, "chromium")) for seed in range(6)]
    read(pages[0])
    begun = time.process_time()
    for page in pages:
        read(page)
    assert (time.process_time() - begun) / len(pages) < 0.6  # 60 ms measured


def test_what_stands_in_a_bar_about_the_report_is_kept() -> None:
    report = "".join(
        f"<p>{n}、总体情况</p><p>{'全年公开信息若干条，' * 8}。</p>" for n in "一二三四"
    )
    page = f"""<title>某县司法局2022年政府信息公开工作年度报告</title><div class=header><h2>某县司法局2022年
    政府信息公开工作年度报告</h2><p>索引号：0123/2023-00045　发布日期：2023-01-20&emsp;
    【字体：<a>大</a> <a>中</a> <a>小</a>】</p></div>
    <div class=content>{report}</div><div class=toolbar><a href=#>打印</a> <a href=#>关闭</a></div>"""
    reading = read(page)
    assert reading.report is not None
    assert str(reading.report.publication_date) == "2023-01-20"
    assert reading.report.index_number == "0123/2023-00045"
    assert not any("字体" in line or "打印" in line for line in lines(reading))


def test_meta_elements_tell_what_the_page_does_not_show() -> None:
    head = """<meta name="PubDate" content="2023-02-03 09:00"><meta name="ContentSource"
    content="某县财政局"><meta name=ArticleTitle content="某县财政局2022年政府信息公开工作年度报告">"""
    found = lines(read(f"{head}<p>一、总体情况</p><p>发布日期：2023-02-04</p>"))
    assert "发布日期：2023-02-03 09:00" not in found
    found = lines(read(f"{head}<p>一、总体情况</p>"))
    assert found[0] == "某县财政局2022年政府信息公开工作年度报告"
    assert "发布日期：2023-02-03 09:00" in found
    assert "来源：某县财政局" in found


def test_files_are_listed_and_never_fetched() -> None:
    page = """<base href="http://a.gov.cn/x/"><p>一、总体情况</p>
    <a href="1.pdf?v=2">报告</a> <a href="/down?id=7">附件：年报.docx</a> <a href="t1.html">别的</a>
    <a href="javascript:f('a.pdf')">a.pdf</a> <a href="../b.ofd"><img></a>
    <iframe src="http://b.gov.cn/view/c.pdf"></iframe><a href="http://[bad/e.zip">e</a>"""
    found = {a.name: a.url for a in read(page).attachments}
    assert found == {
        "报告": "http://a.gov.cn/x/1.pdf?v=2",
        "附件：年报.docx": "http://a.gov.cn/down?id=7",
        "b.ofd": "http://a.gov.cn/b.ofd",
        "e": "http://[bad/e.zip",
        "c.pdf": "http://b.gov.cn/view/c.pdf",
    }


SECTIONS = "".join(
    f"<p>{n}、总体情况</p><p>{'全年主动公开政府信息，' * 8}。</p>" for n in "一二三四五六"
)


@pytest.mark.parametrize("menu", ["", "<ul><li>" + "<li>".join("政务公开" * 9) + "</ul>"])
def test_content_that_only_a_script_shows_is_read_all_the_same(menu: str) -> None:
    reading = read(f"<!doctype html><body>{menu}<div style='display:none'>{SECTIONS}</div>")
    assert "一、总体情况" in lines(reading)
    assert "hidden_text" in reading.flags


def test_hidden_content_beside_a_report_is_left_out() -> None:
    reading = read(f"<!doctype html>{SECTIONS}<div style='display:none'>{'另文。' * 90}</div>")
    assert not any("另文" in line for line in lines(reading))
    assert reading.flags == ()


def test_an_address_above_the_imprint_is_the_sites() -> None:
    page = f"""<!doctype html><div class=a><h1>某县司法局2022年政府信息公开工作年度报告</h1>{SECTIONS}
    <p>联系电话：0999-1234567</p></div><div>地址：某县人民路1号　电话：0999-8888888</div>
    <div>主办：某县人民政府办公室　网站标识码：9999990001</div>"""
    report = read(page).report
    assert report is not None
    assert report.contacts.get("phone") == "0999-1234567"
    assert "address" not in report.contacts


def test_an_imprint_without_a_box_is_cut_off() -> None:
    page = f"""<!doctype html><body>{SECTIONS}<p>某县司法局</p><p>2023年1月9日</p>
    <a href=/a>网站地图</a><br>版权所有：某县人民政府 电话：0999-8888888<br>某ICP备99号</body>"""
    found = lines(read(page))
    assert found[-1] == "2023年1月9日" or found[-1] == "网站地图"
    assert not any("8888888" in line for line in found)


def test_sizes_tell_the_title() -> None:
    text = "".join(
        f"<p style='font-size:16pt'>{'全年主动公开政府信息。' * 6}</p>" for _ in range(4)
    )
    sections = "".join(f"<p style='font-size:16pt'>{n}、总体情况</p>" for n in "一二三四五六")
    page = f"""<!doctype html><p style="font-size:16pt">某某县2020年政府信息公开年度报告汇编</p>
    <p align=center><strong><span style="font-size:22pt">某某县水利局2021年政府信息公开工作年度报告
    </span></strong></p>{sections}{text}"""
    report = read(page).report
    assert report is not None
    assert report.title == "某某县水利局2021年政府信息公开工作年度报告"


def test_struck_text_beside_other_text_is_left_out() -> None:
    found = lines(
        read("<!doctype html><p>收到申请<s>5</s>6件</p><p>注<sup>1</sup>，12<sup>2</sup>件</p>")
    )
    assert found == ["收到申请6件", "注[1]，12[2]件"]


def test_the_makers_write_what_the_layout_has() -> None:
    """The pages above show every cell of the layouts they are made from."""
    sample = plan_sample(2, "chromium")
    layout = next(b for b in sample.document.blocks if isinstance(b, TableLayout))
    assert editor_table(layout).count("<td") == sum(len(row) for row in rows_of(layout))
    assert spans(layout.cells[0], "") in editor_table(layout).replace('"', "")
    assert editor_paragraph(Line("title", "a<b")).count("&lt;") == 1
