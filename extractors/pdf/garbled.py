"""Text layers that do not say what is printed: how to tell, and what folds back without loss."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass, field

from gouji.reports.script import RADICALS

# The characters that running text and the forms use most. Of natural Chinese text they make up
# 55–80 %; of text whose codes are shifted or scrambled, a few per cent.
COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后"
    "多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还"
    "因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结"
    "解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级"
    "少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领"
    "七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每"
    "目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影"
    "算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准"
    "精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听"
    "该铁价严息请申予未已息维纠审讼诉议政策规章废止效现许可处罚收费万元项目表格情况存在问题改进其他需要报告镇乡街道"
    "會為發個國來時們對產後過學經進電動業開關應實與數機無體務議義變點當從還沒總條結組處類傳達縣鎮鄉區辦報請費據調"
)
FEW = 30  # fewer Han characters than this say nothing about how common they are
RARE_SHARE = 0.25  # of Han characters common: below this the codes are shifted
VOWELS = frozenset("aeiouAEIOU")
FEW_LETTERS = 200
FEWEST_VOWELS = 0.2  # of Latin letters; natural text in any European language has 0.33–0.5


LOST = "\ufffd"


def _private(code: int) -> bool:
    return 0xE000 <= code <= 0xF8FF or code >= 0xF0000


def _folds(code: int) -> bool:
    """Kangxi radicals, radicals supplement, compatibility ideographs."""
    return 0x2E80 <= code <= 0x2FDF or 0xF900 <= code <= 0xFAFF or 0x2F800 <= code <= 0x2FA1F


def printed_form(code: int) -> str:
    """The character a code stands for: folded to its plain form, LOST for a stray control.

    Kangxi radicals and compatibility ideographs fold one to one, so their text is not lost
    (docs/decisions/0004): they are counted, but do not send a page to OCR. Empty for marks that
    print nothing.
    """
    if 0x20 <= code < 0x7F or 0x3400 <= code <= 0x9FFF:
        return chr(code)
    if code < 0x20 or 0x7F <= code < 0xA0:
        return LOST
    if code in (0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF):
        return ""
    if code >= 0xF0000 or 0xFFFD <= code <= 0xFFFF or 0xD800 <= code <= 0xDFFF:
        return LOST
    if _folds(code):
        return unicodedata.normalize("NFKC", RADICALS.get(code, chr(code)))
    if 0xFB00 <= code <= 0xFB06:  # ff, fi, fl, … set as one glyph
        return unicodedata.normalize("NFKC", chr(code))
    return chr(code)


@dataclass(slots=True)
class GarbledCount:
    """Counts over a page of characters that cannot be what is printed.

    ``unmapped`` is a share (0–1) of a sample; the others are counts.
    """

    total: int = 0
    private_use: int = 0
    replacement: int = 0
    control: int = 0
    folded: int = 0  # Kangxi radicals, compatibility forms: plain characters after folding
    unmapped: float = 0.0
    han: Counter[str] = field(default_factory=Counter)
    letters: int = 0
    vowels: int = 0

    def count(self, codes: list[int]) -> None:
        """Count the characters of a page, given as code points."""
        for code, times in Counter(codes).items():
            text = printed_form(code)
            if not text:
                continue
            self.total += times
            if code < 0x250:
                if code < 0x20 or 0x7F <= code < 0xA0:
                    self.control += times
                elif text.isalpha():
                    self.letters += times
                    self.vowels += times * (text in VOWELS)
            elif _private(code):
                self.private_use += times
            elif text == LOST:
                self.replacement += times
            elif _folds(code):
                self.folded += times
                self.han[text] += times
            elif 0x3400 <= code <= 0x9FFF:
                self.han[text] += times

    @property
    def shifted(self) -> bool:
        """Whether the codes stand for other characters than they say, told by their frequency."""
        han = self.han.total()
        if han >= FEW:
            common = sum(n for c, n in self.han.items() if c in COMMON)
            return common < RARE_SHARE * han
        return self.letters >= FEW_LETTERS and self.vowels < FEWEST_VOWELS * self.letters

    @property
    def share(self) -> float:
        """Share of characters that are lost, 0–1; folded ones are not."""
        if not self.total:
            return 0.0
        if self.shifted:
            return 1.0
        counted = (self.private_use + self.replacement + self.control) / self.total
        return min(1.0, max(counted, self.unmapped))

    @property
    def kinds(self) -> tuple[str, ...]:
        """Which kinds of damage there are, most telling first."""
        found = (
            ("shifted", self.shifted),
            ("unmapped", self.unmapped > 0),
            ("private_use", self.private_use > 0),
            ("replacement", self.replacement > 0),
            ("control", self.control > 0),
            ("radical", self.folded > 0),
        )
        return tuple(name for name, there in found if there)
