"""How to reach the organ: address, postcode, phone, fax, e-mail.

The foot of a web page names the host's own address and phone; they are no one's but the host's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .labels import Labelled
from .lines import Piece

_PHONE = re.compile(
    r"[\s:|]*(?:\(?\+?86\)?[- ]?)?(\(?0\d{2,3}\)?[\s]?(?:[-—–－―]{1,2}[\s]?)?\d{7,8}|1[3-9]\d{9}"
    r"|400[-—–]?\d{3,4}[-—–]?\d{3,4}|\d{7,8})(?!\d)"
)
_POSTCODE = re.compile(r"[\s:|]*(\d{6})(?!\d)")
# bounded and begun at a boundary: without its blanks an English page is one run of letters
_MAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_ADDRESS_END = re.compile(r"[,，。;；)）|\t]| {2,}")
_VALUE_END = re.compile(r"(?<=\S)\s*[,，。;；)）|\t\n]")
_MAIL_END = re.compile(r"[,，;；)）|\t\u4e00-\u9fff]")
_FOOT = re.compile(
    r"主办单位|主办[:：]|承办单位|承办[:：]|版权所有|Copyright|©|ICP备|ICP证|公网安备|网站标识码|网站地图|站点地图|"
    r"技术支持|网站声明|关于我们|联系我们|建议使用|网站支持|政府网站找错"
)
_LAST_PART = 0.3  # a foot stands in the last part of a page


def foot_of(spaced: str, last_heading: int) -> int:
    """Where the host's own lines at the foot of a page begin; the length where it has none.

    ``last_heading`` is where the report's last heading stands, 0 for a page without headings.
    """
    start = max(last_heading, 0 if last_heading else int(len(spaced) * (1 - _LAST_PART)))
    match = _FOOT.search(spaced, start)
    if match is None:
        return len(spaced)
    line = spaced.rfind("\n", 0, match.start()) + 1  # the whole line: 地址:… 主办单位:…
    return line if line >= start else match.start()


def foot_piece(pieces: Sequence[Piece], last_heading: int) -> int:
    """The first of the pieces that belongs to the host; their number where none does."""
    count = len(pieces)
    start = last_heading + 1 if last_heading >= 0 else int(count * (1 - _LAST_PART))
    return next((i for i in range(start, count) if _FOOT.search(pieces[i].text)), count)


def read_contacts(fields: Sequence[Labelled], spaced: str, foot: int) -> dict[str, str]:
    """What the page says above ``foot``; a label whose value was lost gives nothing."""
    found: dict[str, str] = {}
    for field in fields:
        if field.at >= foot or field.meaning in found:
            continue
        value = _value(field)
        if value:
            found[field.meaning] = value
    if "email" not in found and "@" in spaced:
        mail = _MAIL.search(spaced, 0, foot) or _MAIL.search(spaced[:foot].replace("\n", ""))
        if mail is not None:
            found["email"] = mail.group()
    order = ("address", "postcode", "phone", "fax", "email")
    return {name: found[name] for name in order if found.get(name)}


def _value(field: Labelled) -> str | None:
    if field.meaning == "address":
        return _address(field.rest)
    if field.meaning == "email":
        text = field.rest.lstrip(" :|\t\n")
        spread = "".join(_MAIL_END.split(text, maxsplit=1)[0].split())
        mail = _MAIL.match(text) or _MAIL.match(text.replace("\n", "")) or _MAIL.match(spread)
        return mail.group() if mail else None
    pattern = {"postcode": _POSTCODE, "phone": _PHONE, "fax": _PHONE}.get(field.meaning)
    if pattern is None:
        return None
    # a number may be broken over two lines, or set with a blank behind every digit
    spread = "".join(_VALUE_END.split(field.rest, maxsplit=1)[0].split())
    for text in (field.rest, field.rest.replace("\n", ""), spread):
        match = pattern.match(text)
        if match:
            return _one_hyphen(match[1])
    return None


def _one_hyphen(number: str) -> str:
    number = re.sub(r"\s*[-—–－―]{1,2}\s*", "-", number.replace("(", "").replace(")", "-"))
    return "".join(re.sub("-+", "-", number).split())


def _address(rest: str) -> str | None:
    """The address up to a mark or the end of its line; a line that runs on is one with the next."""
    text = rest.lstrip(" :：|\t\n")
    line, _, following = text.partition("\n")
    end = _ADDRESS_END.search(line)
    if end is not None:
        line = line[: end.start()]
    elif following:
        more = _ADDRESS_END.search(following)
        if more is not None and more.start() <= 20 and "\n" not in following[: more.start()]:
            line += following[: more.start()]
    bare = "".join(line.split())
    known = 4 <= len(bare) <= 60 and re.search(r"[\u4e00-\u9fff]{2}", bare)
    return bare if known and not bare.startswith(("网址", "邮编", "电话")) else None
