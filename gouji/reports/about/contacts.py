"""How to reach the organ: address, postcode, phone, fax, e-mail.

The foot of a web page names the host's own address and phone; they are no one's but the host's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .labels import Labelled

_PHONE = re.compile(
    r"[\s:|]*(?:\(?\+?86\)?[- ]?)?(\(?0\d{2,3}\)?[\s]?(?:[-—–－―]{1,2}[\s]?)?\d{7,8}|1[3-9]\d{9}"
    r"|400[-—–]?\d{3,4}[-—–]?\d{3,4}|\d{7,8})(?!\d)"
)
_POSTCODE = re.compile(r"[\s:|]*(\d{6})(?!\d)")
# bounded and begun at a boundary: without its blanks an English page is one run of letters
_MAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_ADDRESS_END = re.compile(r"[,，。;；)）|\t]| {2,}")
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


def read_contacts(fields: Sequence[Labelled], spaced: str, foot: int) -> dict[str, str]:
    """What the page says above ``foot``; a label whose value was lost gives nothing."""
    found: dict[str, str] = {}
    for field in fields:
        if field.at >= foot or field.meaning in found:
            continue
        value = _value(field)
        if value:
            found[field.meaning] = value
    # an address may be broken over two lines
    mail = None
    if "@" in spaced:
        mail = _MAIL.search(spaced, 0, foot) or _MAIL.search(spaced[:foot].replace("\n", ""))
    if mail is not None and not _is_hidden(mail.group()):
        found["email"] = mail.group()
    order = ("address", "postcode", "phone", "fax", "email")
    return {name: found[name] for name in order if found.get(name)}


def _value(field: Labelled) -> str | None:
    if field.meaning == "address":
        return _address(field.rest)
    if field.meaning == "postcode":
        match = _POSTCODE.match(field.rest)
        return match[1] if match else None
    if field.meaning in ("phone", "fax"):
        match = _PHONE.match(field.rest)
        return _one_hyphen(match[1]) if match else None
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


def _is_hidden(address: str) -> bool:
    """``[email protected]`` has no sign; examples of addresses are nobody's."""
    return address.lower().endswith(("@example.com", "@xxx.com"))
