"""Pages made of lines, for what a report says about itself."""

from __future__ import annotations

from gouji.reports import Metadata, MetaLine, read_metadata

BODY = "本机关认真贯彻落实政府信息公开条例，全年主动公开各类信息。"
SECTIONS = (
    "一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项",
)  # fmt: skip


def metadata(
    *lines: str | tuple[str, float], file_title: str = "", url: str | None = None
) -> Metadata:
    """The metadata of a page; a line is its text, or its text and type size."""
    made = [
        MetaLine(1, line, 10.5) if isinstance(line, str) else MetaLine(1, *line) for line in lines
    ]
    return read_metadata(made, file_title, url)


def report(title: str, *body: str, url: str | None = None) -> Metadata:
    """A page with a large title and some text, as a PDF has it."""
    return metadata((title, 22.0), BODY, *body, BODY, BODY, url=url)


def flat(*lines: str, url: str | None = None) -> Metadata:
    """The same lines without sizes, as a web page's text has them."""
    return read_metadata([MetaLine(0, line, 10.0) for line in lines], "", url)


def one_line(*lines: str, url: str | None = None) -> Metadata:
    """The whole page on one line."""
    return read_metadata([MetaLine(0, " ".join(lines), 10.0)], "", url)


LAYOUTS = (report, flat, one_line)
