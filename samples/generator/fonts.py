"""Fonts of the samples by short names: where Debian puts them and which package brings them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class MissingProgram(RuntimeError):
    """A font or a program that the generator needs is not installed."""

    def __init__(self, what: str, package: str) -> None:
        super().__init__(f"{what} is missing: apt-get install {package}")


@dataclass(frozen=True, slots=True)
class Font:
    """A font file; `family` is its name for fontconfig, `index` its place in a .ttc file."""

    family: str
    path: str
    package: str
    index: int = 0

    def check(self) -> None:
        """Raise MissingProgram with the package to install if the file is not there."""
        if not Path(self.path).is_file():
            raise MissingProgram(f"font {self.family}", self.package)


FONTS: Mapping[str, Font] = {
    "uming": Font("AR PL UMing CN", "/usr/share/fonts/truetype/arphic/uming.ttc",
                  "fonts-arphic-uming"),
    "ukai": Font("AR PL UKai CN", "/usr/share/fonts/truetype/arphic/ukai.ttc",
                 "fonts-arphic-ukai"),
    "zenhei": Font("WenQuanYi Zen Hei", "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
                   "fonts-wqy-zenhei"),
    "microhei": Font("WenQuanYi Micro Hei", "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
                     "fonts-wqy-microhei"),
    "noto-serif": Font("Noto Serif CJK SC",
                       "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
                       "fonts-noto-cjk", 2),
    "noto-sans": Font("Noto Sans CJK SC",
                      "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
                      "fonts-noto-cjk", 2),
}  # fmt: skip

# Used only where asked for: what is measured with them has not been developed with them.
HELD_OUT: Mapping[str, Font] = {
    "gbsn": Font("AR PL SungtiL GB", "/usr/share/fonts/truetype/arphic-gbsn00lp/gbsn00lp.ttf",
                 "fonts-arphic-gbsn00lp"),
    "gkai": Font("AR PL KaitiM GB", "/usr/share/fonts/truetype/arphic-gkai00mp/gkai00mp.ttf",
                 "fonts-arphic-gkai00mp"),
    "wenkai": Font("LXGW WenKai", "/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf",
                   "fonts-lxgw-wenkai"),
    "droid": Font("Droid Sans Fallback",
                  "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
                  "fonts-droid-fallback"),
    "liberation-serif": Font("Liberation Serif",
                             "/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf",
                             "fonts-liberation"),
    "liberation-sans": Font("Liberation Sans",
                            "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
                            "fonts-liberation"),
    "liberation-mono": Font("Liberation Mono",
                            "/usr/share/fonts/truetype/liberation/LiberationMono-Regular.ttf",
                            "fonts-liberation"),
}  # fmt: skip


def find_font(name: str) -> Font:
    """A font by its short name."""
    return FONTS[name] if name in FONTS else HELD_OUT[name]


# Families for the Latin fonts of a style; fontconfig finds a likeness where one is missing.
LATIN_FAMILIES: Mapping[str, str] = {
    "Times-Roman": "Nimbus Roman",
    "Helvetica": "Nimbus Sans",
    "Courier": "Nimbus Mono PS",
    **{name: font.family for name, font in HELD_OUT.items() if name.startswith("liberation")},
}
