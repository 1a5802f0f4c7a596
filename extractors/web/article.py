"""What of a page is the report, and what is the site around it.

Menus, breadcrumbs, share bars and imprints are left out where that is certain; the rest stays. A
line that tells a date, a source or an index number stays wherever it stands, for sites print these
in bars and boxes beside the article; an imprint's address and telephone are the site's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from .tables import Grid
from .text import TextLine
from .tree import Element, names_of

Block = TextLine | Grid

# Shares of the weight of all content that the article's element must hold.
ARTICLE_SHARE = 0.9
FORM_WEIGHT, HEADING_WEIGHT = 2_000, 200
LONG_LINE = 40  # characters; shorter lines can be anything
LINKED = 0.6  # share of a box's characters in links, above which it is a menu or a list
FEWEST_LINKS = 3
SMALL_BOX = 100  # characters: share bars and the like inside the article

_HEADING = re.compile(r"\s*[一二三四五六七八九十]{1,2}\s*[、.．]")
_TITLE = re.compile(r"(?:信息|政务|資訊)\s*公\s*(?:开|開).*(?:报\s*告|年\s*报|報\s*告|年\s*報)")
LABELLED = re.compile(
    r"(?:发布|發布|公开|公開|公布|发文|成文|生成|印发|更新|信息)\s*(?:日期|时间|時間)|索\s*引\s*(?:号|號)|文\s*号\s*[:：]|"
    r"(?:发布|發布|发文|公开|责任)\s*(?:机构|机关|單位|单位|機構|部门)|来\s*源\s*[:：]|來\s*源\s*[:：]|(?:^|\s)(?:日期|时间)\s*[:：]"
)
_IMPRINT = re.compile(
    r"版权所有|版權所有|主办单位|主办\s*[:：]|承办单位|承办\s*[:：]|主辦單位|承辦單位|ICP\s*备|ICP備|公网安备|公網安備|"
    r"网站标识码|網站標識碼|备案序?号|技术支持\s*[:：]|Copyright|©|建议使用.{0,40}浏览器|政府网站找错",
    re.IGNORECASE,
)
_CONTACT = re.compile(r"(?:地\s*址|电\s*话|邮\s*编|联系我们|热\s*线|電\s*話|郵\s*編)\s*[:：]?")
_BREADCRUMB = re.compile(
    r"\s*【?\s*(?:您?(?:当前|现在)?的?(?:所在)?(?:的)?(?:位置|位置是)\s*[:：]|当前位置|您现在的?位置|首页\s*(?:>|»|›|/|→|-))"
)
_BUTTONS = (
    r"字体|字号|大小|字體|文字大小|保护视力色?|护眼|繁体|简体|无障碍|打印|打印本页|打印此页|打印文章|列印|关闭|关闭窗口|关闭本页|"
    r"關閉|收藏|收藏本页|加入收藏|分享|分享到|分享至|一键分享|微信|微博|QQ空间|新浪微博|朋友圈|返回|返回顶部|返回首页|返回列表|"
    r"扫一扫在手机打开当前页|扫一扫|纠错|我要纠错|默认|特大|大|中|小|A\+|A-|\+|-|T|上一篇|下一篇|没有了|暂无|下载|下载文档"
)
_ONLY_BUTTONS = re.compile(rf"(?:(?:{_BUTTONS})|[\s|｜：:【】\[\]（）()>/·、,，])+")
_BUTTON_GROUP = re.compile(
    r"[【\[（(]\s*(?:字体|字号|字體|打印|关闭|收藏|分享|我要纠错|纠错)[^】\]）)]{0,30}[】\]）)]|"
    r"(?:字体|字号|文字大小|字體)\s*[:：]?\s*(?:\[?\s*(?:特大|大|中|小|默认)\s*\]?[\s|]*){2,4}|"
    r"(?:打印本页|关闭窗口|分享到?\s*[:：]|我要纠错)"
)
_NEIGHBOURS = re.compile(r"\s*(?:上一篇|下一篇|上一条|下一条)\s*[:：]?")
_RELATED = re.compile(
    r"\s*[【\[]?\s*(?:相关(?:链接|文档|文章|阅读|信息|新闻|稿件|内容)|推荐阅读|热点(?:推荐|新闻)|延伸阅读|猜你喜欢)\s*[】\]]?\s*[:：]?\s*"
)
_FURNITURE_TAGS = frozenset(("nav", "footer", "aside", "menu", "dialog", "search"))
_FURNITURE_ROLES = frozenset(
    ("navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar",
     "dialog", "toolbar")
)  # fmt: skip
_FURNITURE_WORDS = names_of(
    "nav navbar navigation navi menu menubar submenu mainmenu leftmenu sidebar sidemenu footer"
    " copyright breadcrumb breadcrumbs crumb crumbs curposition weizhi dqwz mbx bread share"
    " bdshare bdsharebuttonbox jiathis bshare social sharebar print fontsize friendlink"
    " friendlinks youqinglianjie login searchbox pagination pager qrcode ewm erweima comments"
    " daohang dibu toubu fenxiang dayin youlian banquan related relevant recommend xgwz xgxw xgyd"
    " advert topbar toolbar gotop backtop"
)
# Words that articles have in their own names too; these boxes must look like a menu besides.
_DOUBTFUL_TAGS = frozenset(("header",))
_DOUBTFUL_WORDS = names_of(
    "header head top bottom foot position location links link tools tool search logo banner hot"
    " rank list left right side tab tabs"
)
_NAME = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def article_blocks(blocks: Sequence[Block]) -> list[Block]:
    """The blocks of a page without its site's furniture, in their order."""
    article = _article(blocks)
    if article is None:
        return [b for b in blocks if not _certainly_furniture(b.element)]
    around = set(article.ancestors())
    last = max(i for i, b in enumerate(blocks) if article in b.element.ancestors())
    imprints = _imprints(blocks[last + 1 :], around)
    kept: list[Block] = []
    related = False
    for index, block in enumerate(blocks):
        inside = article in block.element.ancestors()
        if isinstance(block, Grid):
            related = False
            box = None if inside else _box(block.element, around)
            dropped = box is not None and (
                box in imprints or _furniture_above(block.element, around)
            )
            if not dropped or _tells(block):
                kept.append(block)
            continue
        text = block.text
        if _is_button(block) or _is_breadcrumb(block):
            continue
        related = _RELATED.fullmatch(text) is not None or (related and _is_link(block))
        if related:
            continue
        if inside:
            if not (_in_small_box(block, article) and not LABELLED.search(text)):
                kept.append(_without_buttons(block))
            continue
        box = _box(block.element, around)
        if index > last and (box in imprints or (imprints and _CONTACT.search(text))):
            continue
        if _furniture_above(block.element, around) and not _stays(block):
            continue
        kept.append(_without_buttons(block))
    return _without_flat_imprint(kept, article)


def _article(blocks: Sequence[Block]) -> Element | None:
    """The innermost element that holds nearly all tables of the form, headings and paragraphs."""
    weights: dict[Element, int] = {}
    whole = 0
    for block in blocks:
        weight = _weight(block)
        if not weight:
            continue
        whole += weight
        for element in block.element.ancestors():
            weights[element] = weights.get(element, 0) + weight
    if not whole:
        return None
    # ancestors weigh at least as much as what they hold, so the innermost comes last in the page
    return max(
        (e for e, weight in weights.items() if weight >= ARTICLE_SHARE * whole and _holds(e)),
        key=lambda e: e.order,
        default=None,
    )


def _holds(element: Element) -> bool:
    """Whether an element may be the article's: paragraphs and rows of a table may not."""
    return element.tag not in ("p", "tr", "tbody", "table", "h1", "h2", "span", "font")


def _weight(block: Block) -> int:
    if isinstance(block, Grid):
        return FORM_WEIGHT if block.is_form else 0
    length = len(block.text)
    if 2 * block.linked > length:
        return 0
    if is_heading(block):
        return HEADING_WEIGHT
    return length if length >= LONG_LINE and not _IMPRINT.search(block.text) else 0


def is_heading(line: TextLine) -> bool:
    """Whether a line is the heading of a section: 一、总体情况."""
    return len(line.text) <= LONG_LINE and _HEADING.match(line.text) is not None


def _box(element: Element, around: set[Element]) -> Element | None:
    """The outermost element around a block that does not hold the article."""
    box = None
    for each in element.ancestors():
        if each in around:
            return box
        box = each
    return box


def _imprints(after: Sequence[Block], around: set[Element]) -> set[Element]:
    """Boxes behind the article that hold the site's imprint."""
    found = set()
    for block in after:
        texts = [block.text] if isinstance(block, TextLine) else [c.text for c in block.cells]
        if any(_IMPRINT.search(text) for text in texts):
            box = _box(block.element, around)
            if box is not None:
                found.add(box)
    return found


def _furniture_above(element: Element, around: set[Element]) -> bool:
    for each in element.ancestors():
        if each in around:
            return False
        if each.tag == "form" or _is_furniture(each) or _is_menu(each) or _is_bar(each):
            return True
    return False


def _certainly_furniture(element: Element) -> bool:
    return any(_is_furniture(each) and _is_menu(each) for each in element.ancestors())


def _is_furniture(element: Element) -> bool:
    if element.tag in _FURNITURE_TAGS or element.get("role").lower() in _FURNITURE_ROLES:
        return True
    if not element.attributes and element.tag not in _DOUBTFUL_TAGS:
        return False
    names = _names(element.get("class"), element.get("id"))
    if not _FURNITURE_WORDS.isdisjoint(names):
        return True
    doubtful = element.tag in _DOUBTFUL_TAGS or not _DOUBTFUL_WORDS.isdisjoint(names)
    return doubtful and (10 * element.linked > 3 * element.characters or element.characters <= 10)


def _is_bar(element: Element) -> bool:
    """Whether a box beside the article is the site's bar: named so, and short or with links."""
    if element.tag not in _DOUBTFUL_TAGS and _DOUBTFUL_WORDS.isdisjoint(
        _names(element.get("class"), element.get("id"))
    ):
        return False
    return element.links > 0 or element.characters <= SMALL_BOX


@cache
def _names(classes: str, identity: str) -> frozenset[str]:
    """The words of an element's class and id: ``main-navBar`` gives main, nav, bar, navbar."""
    text = f"{classes} {identity}"[:400]
    parts = {part.lower() for part in re.split(r"[\s_\-.]+", text) if part}
    return frozenset(parts | {part.lower() for part in _NAME.findall(text)})


def _is_menu(element: Element) -> bool:
    return (
        element.links >= FEWEST_LINKS
        and element.linked > LINKED * element.characters
        and element.tag not in ("a", "p", "span")
    )


def _is_link(line: TextLine) -> bool:
    return line.links > 0 and 10 * line.linked >= 7 * len("".join(line.text.split()))


def _is_button(line: TextLine) -> bool:
    text = line.text
    if len(text) > 60 or LABELLED.search(text):
        return False
    return _ONLY_BUTTONS.fullmatch(text) is not None or (
        _NEIGHBOURS.match(text) is not None and (line.links > 0 or len(text) <= 12)
    )


def _is_breadcrumb(line: TextLine) -> bool:
    return _BREADCRUMB.match(line.text) is not None and (line.links > 0 or ">" in line.text)


def _without_buttons(line: TextLine) -> TextLine:
    """A line that tells a date or a source without the buttons beside them."""
    if len(line.text) > 300 or not LABELLED.search(line.text):
        return line
    text = _BUTTON_GROUP.sub(" ", line.text)
    if text == line.text or not text.strip():
        return line
    return TextLine(text.strip(), line.size, line.element, line.linked, line.links, line.struck)


def _in_small_box(line: TextLine, article: Element) -> bool:
    """Whether a line inside the article stands in a share bar, a box of related links or so."""
    if "。" in line.text:
        return False
    for each in line.element.ancestors():
        if each is article:
            return False
        small = each.characters <= SMALL_BOX or _is_menu(each)
        if small and _is_furniture(each):
            return True
    return False


def _stays(line: TextLine) -> bool:
    """Whether a line of a menu or a bar is about the report all the same."""
    if LABELLED.search(line.text) and len(line.text) <= 300 and not _is_link(line):
        return True
    return not line.links and len(line.text) <= 90 and _TITLE.search(line.text) is not None


def _tells(grid: Grid) -> bool:
    return grid.is_form or any(LABELLED.search(cell.text) for cell in grid.cells)


def _without_flat_imprint(blocks: list[Block], article: Element) -> list[Block]:
    """Cut off an imprint that stands in no box of its own: from its first line to the end."""
    start = len(blocks)
    for index in range(len(blocks) - 1, max(-1, len(blocks) - 16), -1):
        block = blocks[index]
        if isinstance(block, Grid) or _weight(block) or _TITLE.search(block.text):
            break
        if _IMPRINT.search(block.text):
            start = index
    return blocks[:start]
