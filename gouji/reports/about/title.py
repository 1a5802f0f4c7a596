"""The title of a page, and whether it names a report or something that only speaks of one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from .lines import LONGEST_LINE, Piece
from .names import NUMBER_OF_YEAR, REPORT_NAME, SUBJECT

# Words of a publication grid or of a menu: a line that has them is no title.
GRID = re.compile(
    r"索引号|主题分类|发布日期|发布机构|公开日期|公开方式|文号|来源[:：]|名称[:：]|信息来源|标题[:：]|"
    r"浏览|点击|字号|字体|文字大小|责任编辑|上一篇|下一篇|附件[:：]|下载[:：]|相关链接|相关文档"
)
_HEADING = re.compile(r"^[一二三四五六七八九十]{1,3}[、.．]")
_META_LINE = re.compile(r"发布|日期|时间|来源|浏览|点击|字体|字号|20\d\d-\d\d?-\d\d?|打印")
_LEAD = re.compile(r"根据|按照|依据|条例|本报告|现将|统计期限|总体情况|概述")
# What menus of such sites list beside the reports.
_MENU = re.compile(
    r"[-*•·]?\[?(?:首页|(?:政府)?信息公开(?:指南|制度|规定|目录|年报|年度报告)|政务(?:公开|服务)|政民互动|依申请公开"
    r"|(?:法定)?主动公开(?:内容|目录|信息)|.{2,30}(?:年报|年度报告)汇总)(?:\]\(.*\))?"
)
# Between a title and its text: the date, the counter, the type's size, one word a piece.
_SHORT = 6
_NAMED = re.compile(SUBJECT)
_CLASS = re.compile(rf"{SUBJECT}(?:工作)?(?:年报|年度报告)")  # as a grid's 主题分类 has it
_MOST_BETWEEN = 24  # pieces; a publication grid of ten rows with one cell a line
_MOST_STRANGE = 3  # pieces: the values of the grid's labels
# A title far down stands below a long menu; so many pieces are looked at where no title that the
# report follows stands among the first.
_FIRST_PIECES, _MOST_PIECES = 90, 400
_MARK = re.compile(r"^[【\[(].{1,6}[】\])]")
_FILE_END = re.compile(r"\.(?:docx?|pdf|wps|xlsx?|html?|txt|rtf|odt)$", re.IGNORECASE)
_CRUMBS = re.compile(r"^.*[>»›]|^.*(?:当前位置|您的位置|您所在的位置)[:：]?")
_EDITION = re.compile(r"\((?:文字|图文|网页|公开|全文|正式|修订|简)版?\)|[_|]|(?<![-—])-(?!-)")


class About(StrEnum):
    """What a page is, where it is no report."""

    EXPLANATION = "explanation"
    NOTICE = "notice"
    BLANK_FORM = "blank_form"
    GUIDE = "guide"
    RULES = "rules"
    LIST = "list"
    STATISTICS = "statistics"
    NEWS = "news"
    ERROR_PAGE = "error_page"
    NO_CONTENT = "no_content"  # a report's title, and neither its tables nor its sections
    NO_TITLE = "no_title"


# Told by the words before the report's name, and by those behind it; the first that fits.
_KINDS: tuple[tuple[About, re.Pattern[str] | None, re.Pattern[str]], ...] = (
    (
        About.EXPLANATION,
        re.compile(r"解读|图解|一图|图说|数说|长图|速览"),
        re.compile(r"解读|图解|一图|图说|图示|长图|图表|H5|h5|动漫|漫画|速览|说明$"),
    ),
    (
        About.NOTICE,
        re.compile(r"关于(?:做好|编制|报送|开展|填报|组织|进一步|认真|切实|抓紧|上报|规范|提交)"),
        re.compile(r"通知|函$|方案|通报|培训|意见$|要求$|提醒"),
    ),
    (About.BLANK_FORM, None, re.compile(r"格式|模板|样式|样表|范本|范文|提纲")),
    (About.GUIDE, None, re.compile(r"指南")),
    (About.RULES, None, re.compile(r"制度|办法|规定|细则|规范$|标准$")),
    (
        About.STATISTICS,
        None,
        re.compile(r"(?<![含附及和])(?:统计表|情况表|一览表|汇总表|统计数据|附表$)"),
    ),
    (About.LIST, None, re.compile(r"目录|列表|汇编|合集|专栏")),
    (
        About.NEWS,
        re.compile(
            rf"(?<!关于)(?:发布|公布|公开|完成|召开|启动|编制)了?(?:{NUMBER_OF_YEAR}年?度?)?$"
        ),
        re.compile(r"出炉|发布$|上线|会议?$|工作$"),
    ),
)
# Titles that name no report but stand on pages about reports.
_RELATED = re.compile(
    rf"{SUBJECT}.{{0,12}}(?:指南|制度|办法|规定|统计表|情况表|目录|解读|图解|通知|年报列表)(?:\([^()]{{2,12}}\))?$"
    rf"|^(?:{SUBJECT})?(?:年度?报告|年报)$"
)


@dataclass(frozen=True, slots=True)
class Title:
    """A title as printed, without blanks, and what kind of page it stands on."""

    text: str
    kind: About | None  # None: a report
    line: int  # of the page's lines, where it stands; -1: in the file's properties
    piece: int = -1


def is_report_title(text: str) -> bool:
    """Whether a text names a report and nothing that only speaks of one."""
    match = REPORT_NAME.search(text)
    return match is not None and kind_of(text, match) is None


def kind_of(text: str, match: re.Match[str] | None) -> About | None:
    """What a title that holds a report's name names: None for the report itself.

    关于公布…年度报告的公告 stands above the report that it publishes.
    """
    before, after = (text, text) if match is None else (text[: match.start()], text[match.end() :])
    for kind, words_before, words_after in _KINDS:
        if words_after.search(after) or (words_before and words_before.search(before)):
            return kind
    return None


def cleaned(text: str) -> str:
    """A title without breadcrumbs, the file's ending, the site's name and its own repetition."""
    text = _FILE_END.sub("", text)
    match = REPORT_NAME.search(text)
    if match is not None:
        before = _CRUMBS.sub("", text[: match.start()])
        if kind_of(before, None) is None:
            before = _MARK.sub("", before)  # 【年报】, but not 【图解】
        after = text[match.end() :]
        cut = _EDITION.search(after)
        if cut is not None and not cut.group().startswith("("):
            after = after[: cut.start()]
        text = before + match.group() + after
    half = len(text) // 2
    if half > 8 and len(text) % 2 == 0 and text[:half] == text[half:]:
        text = text[:half]
    return text.strip("·•*#_-—|")


def find_title(pieces: Sequence[Piece], *elsewhere: str) -> Title | None:
    """The title of the page, put together from its lines.

    ``elsewhere`` are titles that stand beside the page, best first: in its grid, in the file's
    properties. They count only where no line is a title.
    """
    sizes = sorted(piece.size for piece in pieces)
    usual = sizes[len(sizes) // 2] if sizes else 0.0
    best: tuple[float, Title] | None = None
    for index in range(min(len(pieces), _MOST_PIECES)):
        if index == _FIRST_PIECES and best is not None and best[0] > 0:
            break
        found = _title_at(pieces, index, usual)
        if found is not None and (best is None or found[0] > best[0]):
            best = found
    if best is not None:
        return best[1]
    for other in elsewhere:
        text = cleaned(other)
        match = REPORT_NAME.search(text)
        if match is not None and len(text) <= LONGEST_LINE:
            return Title(text, kind_of(text, match), -1)
    return _related(pieces)


def _title_at(pieces: Sequence[Piece], index: int, usual: float) -> tuple[float, Title] | None:
    piece = pieces[index]
    if piece.page > 2 or piece.size <= 0:
        return None
    for count in range(1, 7):
        group = pieces[index : index + count]
        if len(group) < count or group[-1].page != piece.page:
            return None
        # a title is set over three lines at most; in one line it may have blanks
        if group[-1].line - piece.line > 2:
            return None
        if count > 1 and any(_HEADING.match(g.text) or "。" in g.text for g in group):
            return None
        joined = "".join(g.text for g in group)
        if len(joined) > LONGEST_LINE:
            return None
        match = REPORT_NAME.search(joined) if "报" in joined else None
        if match is None:
            continue
        if "。" in joined or "，" in joined or "根据" in joined or GRID.search(joined):
            return None
        while index + count < len(pieces) and _carries_on(group, pieces[index + count], joined):
            count += 1
            group = pieces[index : index + count]
            joined = "".join(g.text for g in group)
            match = REPORT_NAME.search(joined) or match
        text = cleaned(joined)
        match = REPORT_NAME.search(text)
        if match is None:
            return None
        kind = kind_of(text, match)
        after = text[match.end() :]
        if kind is None and len(after) > 12 and not after.startswith(("(", "《", "—", "--")):
            return None
        title = Title(text, kind, piece.line, index)
        return _score(pieces, index, group, title, usual), title
    return None


def _carries_on(group: Sequence[Piece], following: Piece, joined: str) -> bool:
    """Whether the next words of the same line, or of a line as large, belong to the title."""
    if following.line == group[-1].line:
        return bool(re.match(r"(?:》|解读|图解|的通知|一图|统计表|\()", following.text))
    return (
        following.line == group[-1].line + 1
        and following.page == group[-1].page
        and len(joined) + len(following.text) <= LONGEST_LINE
        and bool(re.fullmatch(r"》?(?:的?解读|的?图解|的?通知|\(.{2,10}\))", following.text))
    )


def _score(
    pieces: Sequence[Piece], index: int, group: Sequence[Piece], title: Title, usual: float
) -> float:
    """How much speaks for a line being the page's title: its size, its words, what follows it."""
    piece = pieces[index]
    before = pieces[index - 1] if index else None
    # a title set over lines begins with the first of them
    inside = (
        before is not None
        and before.page == piece.page
        and piece.size > 1.15 * usual
        and abs(before.size - piece.size) < 0.05 * piece.size
        and not GRID.search(before.text)
    )
    largest, smallest = max(g.size for g in group), min(g.size for g in group)
    following = pieces[index + len(group) : index + len(group) + 5]
    opens = any(_META_LINE.search(p.text) or _LEAD.search(p.text) for p in following)
    heads = _heads(pieces, index + len(group))
    neighbours = [*pieces[max(index - 1, 0) : index], *following[:1]]
    listed = not heads and any(_MENU.fullmatch(p.text) for p in neighbours)
    text = title.text
    quoted = text.startswith("《") and title.kind is None
    return (
        2.0 * bool(usual and piece.size > 1.15 * usual)
        + 1.0 * bool(re.search(NUMBER_OF_YEAR, text))
        + 0.5 * bool(re.search(r"[镇乡县市区省旗州盟局厅委办院队处会心道]", text))
        + 0.4 * opens
        + 0.8 * heads
        - 0.8 * listed
        - 0.05 * min(index, 30)
        - 0.01 * max(index - 30, 0)
        - 0.08 * (len(group) - 1)  # the words of a menu before it are no part of it
        - 0.2 * (piece.line != group[-1].line) * (group[-1].line - piece.line)
        - 1.0 * inside
        - (0 if largest < 1.25 * max(smallest, 1) else 1.5)
        - 1.0 * (text.endswith((":", "：")) or quoted or text.startswith("关于印发"))
    )


def _heads(pieces: Sequence[Piece], following: int) -> bool:
    """Whether the text begins behind a title: no other title and no words of a menu between."""
    strange = 0
    for piece in pieces[following : following + _MOST_BETWEEN]:
        text = piece.text
        if GRID.search(text) or _META_LINE.search(text):
            continue
        if _LEAD.search(text):
            return True
        if _NAMED.search(text) and not _CLASS.fullmatch(text):
            return False  # another title, or the first of its lines
        if len(text) > _SHORT:
            strange += 1
            if strange > _MOST_STRANGE:
                return False
    return False


def _related(pieces: Sequence[Piece]) -> Title | None:
    """A title that names no report but says what the page is: 政府信息公开指南."""
    for index, piece in enumerate(pieces[:12]):
        if len(piece.text) > 45 or GRID.search(piece.text):
            continue
        if _RELATED.search(piece.text):
            kind = kind_of(piece.text, None)
            if kind is None and piece.text.endswith(("报告", "年报")):
                continue
            return Title(piece.text, kind or About.NO_TITLE, piece.line, index)
    return None
