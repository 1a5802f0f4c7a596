"""How much a text looks like Chinese: by the share of its characters that are in common use.

Text decoded with a wrong encoding consists of rare characters, of Latin letters with accents, or
of line-drawing marks; running Chinese of any kind has three common characters in four.
"""

from __future__ import annotations

import re
from functools import cache

# The characters of running Chinese in the order of use, then those that reports are made of.
_SIMPLIFIED = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说"
    "产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点"
    "从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原"
    "又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革"
    "位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强"
    "放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交"
    "受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八"
    "离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布"
    "复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精"
    "值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照"
    "参红细引听该铁价严首底液官德随病苏失尔死讲配女黄推显谈罪神艺呢席含企望密批营项防举球英氧势告李台落"
    "镇街乡村申请依诉讼审纠正维持予提供答复费益障秘密章范性废止许可罚征索网站微博舆情编制述附栏目监督培"
    "训考核邮编址传真话联系咨询载投举访旗盟州财政司厅署局委协税环境卫健康教旅游残疾医疗住房城乡退役军"
    "息度季零版印附页浏览次源属类主题词效期责任权限档案"
)
_TRADITIONAL = (
    "這個們來國時為會說對發開關學過動經與後現實體機當點業從產種無進東電話見長義兩條總結解問題設計數據報"
    "請處辦調構際單標準規範資訊網內轉訴訟複議審維糾務統員類門間區縣鎮鄉廳級財稅環衛療殘遊佈執許罰徵費項"
    "屬於書記證購應該諮詢郵編電傳極權職責監訓舉訪覆儘錄欄題號圖華廣濟龍馬車軍隊風飛黨鐵鋼銀錢陽陳張劉"
    "楊趙黃吳孫馬興農認識讓論語誤讀變質貧貨貿賣賢贊軟輕載輸遠運達違選遺鄰釋針銷錯閉閱陸陰階隨險雙雖離難"
    "雲靜響頁頂須預領頭額願顯驗麗齊齡檔戶舊藝藥術衝補裝製製濟潔灣災點熱營爭獎獨獲環產異當盡監稱積穩窮筆"
)
# Marks that stand in every Chinese text, and that text decoded wrongly has by chance only.
_MARKS = "，。、；：？！“”‘’（）《》〈〉【】〔〕—…·％　０１２３４５６７８９×℃〇"
COMMON = frozenset(_SIMPLIFIED + _TRADITIONAL + _MARKS)
_NOT_ASCII = re.compile("[^\x00-\x7f]+")
_LOST = "\ufffd"
MOST = 6_000  # characters of a text that are looked at: a tenth of them would do


@cache
def ordinary() -> frozenset[str]:
    """The 3,755 characters of GB 2312 that are sorted by sound: the ones people write."""
    pairs = bytes(b for lead in range(0xB0, 0xD8) for t in range(0xA1, 0xFF) for b in (lead, t))
    return frozenset(pairs.decode("gb2312", "ignore"))


def foreign(text: str) -> str:
    """The characters beyond ASCII, at most `MOST` of them."""
    if text.isascii():
        return ""
    return "".join(_NOT_ASCII.findall(text[: 16 * MOST]))[:MOST]


def likeness_to_chinese(text: str) -> float:
    """0–1: what share of the characters beyond ASCII is as running Chinese has them.

    A common character counts 1, an ordinary one 0.6, any other 0, a lost one -1; a text of ASCII
    alone gives 0.
    """
    characters = foreign(text)
    if not characters:
        return 0.0
    common = sum(map(COMMON.__contains__, characters))
    known = sum(map(ordinary().__contains__, characters))
    both = sum(1 for c in characters if c in COMMON and c in ordinary())
    score = common + 0.6 * (known - both) - characters.count(_LOST)
    return max(0.0, score / len(characters))
