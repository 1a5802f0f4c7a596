"""What a page says about itself beside its text: its address, its meta elements, its files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit

from selectolax.lexbor import LexborNode

from gouji.model import Attachment

from .article import Block
from .text import TextLine, plain_text
from .tree import Element, Tree

LONGEST = 300  # characters of a meta element's content that are read
_LABELS = {
    "发布日期": (
        "pubdate", "publishdate", "publish_date", "publish-date", "publishtime", "pubtime",
        "article:published_time", "og:release_date", "dc.date", "dcterms.date", "releasedate",
        "createdate",
    ),
    "来源": ("contentsource", "source", "infosource", "articlesource"),
    "发布机构": ("publisher", "publishorg", "publishdept", "department", "dc.publisher"),
    "索引号": ("indexnumber", "index_number", "index-number", "infoindex", "idxid"),
    "文号": ("docnumber", "documentnumber", "filenumber", "fileno"),
    "栏目名称": ("columnname",),
    "网站名称": ("sitename", "og:site_name"),
}  # fmt: skip
_BY_NAME = {name: label for label, names in _LABELS.items() for name in names}
_CHINESE_LABEL = re.compile(r"(?:索引号|发布机构|发文机关|成文日期|发布日期|公开日期|文号)")
_SHOWN = {
    "发布日期": re.compile(
        r"(?:(?:发布|發布|公开|公布|信息)?\s*(?:日期|时间|時間))\s*[:：]?\s*(?:19|20)\d\d"
    ),
    "来源": re.compile(r"(?:来|來)\s*源\s*[:：]\s*\S"),
    "发布机构": re.compile(r"(?:发布|發布|发文|公开)\s*(?:机构|机关|單位|单位|機構)\s*[:：]?\s*\S"),
    "索引号": re.compile(r"索\s*引\s*(?:号|號)\s*[:：]?\s*[A-Za-z0-9]"),
    "文号": re.compile(r"文\s*号\s*[:：]?\s*\S"),
}
_FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|wps|et|rtf|odt|ods|ofd|zip|rar|7z)(?=$|[?#&;\s）)])", re.IGNORECASE
)
_SEPARATORS = re.compile(r"\s*(?:[_|–—|丨]|-{1,2}|>+|»)\s*")
MOST_ATTACHMENTS = 200


@dataclass(frozen=True, slots=True)
class PageHead:
    """The titles a page gives itself (best first), its address, and its meta elements by label."""

    titles: tuple[str, ...]
    article_title: str | None
    url: str | None
    base: str | None
    labelled: tuple[tuple[str, str], ...]


def head_of(tree: Tree, saved_from: str | None, location: str | None) -> PageHead:
    """``location`` is the address that the message around the page names."""
    metas = list(_metas(tree.head))
    title_node = tree.head.css_first("title") if tree.head else None
    title = _line(title_node.text() or "") if title_node else ""
    article_title = next((c for name, c in metas if name == "articletitle" and c), None)
    titles = [t for t in (article_title, title) if t]
    titles += [part for part in _SEPARATORS.split(title) if len(part) >= 8 and part != title]
    base = _attribute(tree.head, "base", "href")
    url = next(
        (
            address
            for address in (
                saved_from,
                location,
                _attribute(tree.head, 'link[rel~="canonical" i]', "href"),
                next((c for name, c in metas if name == "og:url"), None),
            )
            if address and _is_web(address)
        ),
        None,
    )
    labelled: dict[str, str] = {}
    for name, content in metas:
        label = _BY_NAME.get(name) or (name if _CHINESE_LABEL.fullmatch(name) else None)
        if label and content:
            labelled.setdefault(label, content)
    return PageHead(
        tuple(dict.fromkeys(titles)),
        article_title,
        url,
        base if base and _is_web(base) else None,
        tuple(labelled.items()),
    )


def _metas(head: LexborNode | None) -> Iterable[tuple[str, str]]:
    for node in head.css("meta[content]") if head else ():
        attributes = node.attributes
        name = attributes.get("name") or attributes.get("property") or ""
        yield name.strip().lower(), _line(attributes.get("content") or "")


def _line(text: str) -> str:
    return " ".join(text[:LONGEST].split())


def _attribute(head: LexborNode | None, selector: str, name: str) -> str | None:
    node = head.css_first(selector) if head else None
    return (node.attributes.get(name) or "").strip() or None if node else None


def _is_web(address: str) -> bool:
    return address.lower().startswith(("http://", "https://"))


def labelled_lines(head: PageHead, blocks: Sequence[Block]) -> list[str]:
    """What the meta elements tell and the page does not show, as a page would print it."""
    shown = "\n".join(
        block.text
        if isinstance(block, TextLine)
        else "\n".join("".join(row) for row in block.row_texts())
        for block in blocks
    )
    lines = []
    for label, content in head.labelled:
        pattern = _SHOWN.get(label)
        if pattern is None or not pattern.search(shown):
            lines.append(f"{label}：{content}")
    return lines


def attachments_of(tree: Tree, head: PageHead) -> tuple[Attachment, ...]:
    """The files that a page links to or shows in a frame; nothing is fetched."""
    found: dict[str, Attachment] = {}
    base = urljoin(head.url or "", head.base or "") if head.base else head.url or ""
    for element in tree.elements:
        if element.tag != "a" or len(found) >= MOST_ATTACHMENTS:
            continue
        address = element.get("href").strip()
        if not address or address.lower().startswith(("javascript:", "#", "data:")):
            continue
        text = " ".join(plain_text(element).split())
        name = _name(element, text, address)
        if _FILE.search(_path(address)) or _FILE.search(text) or _FILE.search(name):
            url = _joined(base, address)
            found.setdefault(url, Attachment(name, url))
    for address in tree.frames:
        if _FILE.search(_path(address)) and not address.lower().startswith("data:"):
            url = _joined(base, address.strip())
            found.setdefault(url, Attachment(_file_name(address), url))
    return tuple(found.values())


def _name(element: Element, text: str, address: str) -> str:
    return text or " ".join(element.get("title").split()) or _file_name(address)


def _path(address: str) -> str:
    """The address as far as it can name a file: its path, or a file in its query."""
    return unquote(address[:2000]).strip()


def _file_name(address: str) -> str:
    try:
        path = urlsplit(address).path
    except ValueError:
        path = address
    return unquote(path.rstrip("/").rsplit("/", 1)[-1])[:200] or address[:200]


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)[:2000]
    except ValueError:  # no address at all: kept as written
        return address[:2000]
