"""What the pages say, in Chinese and English."""

from __future__ import annotations

from collections.abc import Callable, Mapping

LANGUAGES = ("zh", "en")

# key: Chinese, English
WORDS: Mapping[str, tuple[str, str]] = {
    "gouji": ("勾稽 核对", "gouji review"),
    "queue": ("待核报告", "Queue"),
    "audit": ("审核记录", "Audit"),
    "sign_in": ("登录", "Sign in"),
    "sign_out": ("退出", "Sign out"),
    "name": ("用户名", "Name"),
    "password": ("密码", "Password"),
    "skip": ("跳到正文", "Skip to content"),
    "language": ("English", "中文"),
    "keys": ("键盘帮助", "Keyboard help"),
    "close": ("关闭", "Close"),
    # queue
    "search": ("查找机关、标题或文件名", "Search organ, title or file"),
    "filter": ("筛选", "Filter"),
    "state": ("状态", "State"),
    "state_waiting": ("待核", "Waiting"),
    "state_begun": ("已开始", "Begun"),
    "state_settled": ("已核完", "Settled"),
    "state_findings": ("原文有误", "Publisher's errors"),
    "state_second": ("待我复核", "Second look"),
    "state_disagreed": ("两人不一致", "Disagreements"),
    "state_all": ("全部", "All"),
    "template": ("表式", "Form"),
    "region": ("地区", "Region"),
    "organ_type": ("机关类型", "Organ"),
    "year": ("年度", "Year"),
    "media_type": ("文件类型", "Kind of file"),
    "any": ("不限", "Any"),
    "order": ("排序", "Sort by"),
    "order_errors": ("预计差错", "Expected errors"),
    "order_violated": ("不平的勾稽关系", "Broken sums"),
    "order_year": ("年度", "Year"),
    "order_issuer": ("机关", "Organ"),
    "order_changed": ("最近变动", "Last changed"),
    "report": ("报告", "Report"),
    "open_cells": ("待核单元格", "Open cells"),
    "expected_errors": ("预计差错", "Expected errors"),
    "violated": ("不平", "Broken sums"),
    "findings": ("原文差错", "Publisher's"),
    "decided": ("已核", "Decided"),
    "reports_count": ("份报告", "reports"),
    "more": ("再显示一些", "Show more"),
    "nothing_waits": ("没有符合条件的报告。", "No report fits."),
    "today": ("今日", "Today"),
    "decisions": ("项决定", "decisions"),
    "corrections": ("项更正", "corrections"),
    "unknown_organ": ("机关不详", "Organ unknown"),
    # report
    "page": ("页", "Page"),
    "zoom_in": ("放大", "Zoom in"),
    "zoom_out": ("缩小", "Zoom out"),
    "fit": ("适合窗口", "Fit"),
    "printed_page": ("原件", "Printed page"),
    "form": ("表格", "Form"),
    "value": ("值", "Value"),
    "why": ("理由(可不填)", "Why (optional)"),
    "crop": ("单元格原图", "The cell as printed"),
    "alternatives": ("其他读法", "Alternatives"),
    "sums": ("不平的勾稽关系", "Broken sums"),
    "no_sums": ("勾稽关系都平。", "All sums hold."),
    "gap": ("相差", "gap"),
    "publisher": ("原文如此", "the publisher's"),
    "suspected": ("可能读错", "perhaps misread"),
    "settled_itself": ("自行确定", "settled itself"),
    "all_settled": ("本报告已核完。按 Enter 看下一份。", "Nothing waits here. Enter: next report."),
    "all_done": ("全部核完。", "Everything is settled."),
    "saved": ("已保存", "saved"),
    "saving": ("保存中", "saving"),
    "not_saved": ("未保存，正在重试", "not saved, trying again"),
    "left": ("待核", "left"),
    "no_page": ("此文件没有页面图像。", "This document has no page picture."),
    "picture_gone": ("页面图像已不可用。", "The page picture is gone."),
    "read_as": ("读作", "read as"),
    "confidence": ("把握", "confidence"),
    "conflict": ("别人已先核对此格", "Somebody decided this cell first"),
    "conflict_yours": ("你的输入未写入，仍保留", "Yours was not written and is kept"),
    "read_anew": ("文件已重新读取，请刷新", "The document was read anew: reload"),
    "keep_mine": ("改用我的", "Use mine"),
    "keep_theirs": ("保留对方的", "Keep theirs"),
    "reload": ("刷新", "Reload"),
    "disputed": ("两人不一致，请裁定", "two people disagree: settle it"),
    "retyped": ("已选读法", "alternative"),
    "typed": ("输入", "typed"),
    # states and kinds
    "accepted": ("已采信", "accepted"),
    "review": ("待核", "to review"),
    "corrected": ("已更正", "corrected"),
    "confirmed": ("已确认", "confirmed"),
    "number": ("数", "number"),
    "blank": ("空白", "blank"),
    "not_applicable": ("不适用", "not applicable"),
    "cell_not_in_source": ("原件无此格", "not in the source"),
    "text_damaged": ("无法辨认", "cannot be read"),
    "unread": ("未读出", "unread"),
    # actions
    "confirm": ("确认", "confirm"),
    "correct": ("更正", "correct"),
    "unreadable": ("无法辨认", "unreadable"),
    "source_says_so": ("原文如此", "source says so"),
    "undo": ("撤销", "undo"),
    # keys
    "key_enter": ("确认并到下一格", "Confirm and go on"),
    "key_digits": ("选第几种读法，再按 Enter", "Choose that alternative, then Enter"),
    "key_type": (
        "输入数值：两位以上直接键入;一位数先按空格，或用数字小键盘",
        "Type a number: two digits or more as they are; one digit after Space, or on the keypad",
    ),
    "key_b": ("空白", "Blank"),
    "key_slash": ("不适用(/)", "Not applicable (/)"),
    "key_u": ("无法辨认", "Unreadable"),
    "key_s": ("原文如此(发布机关的差错)", "Source says so (the publisher's error)"),
    "key_undo": ("撤销我的上一步(z 或 Backspace)", "Undo my last decision (z or Backspace)"),
    "key_move": ("上一格、下一格，不作决定(↑ ↓ 或 k j)", "Move without deciding (↑ ↓ or k j)"),
    "key_zoom": ("缩小、放大、适合窗口", "Zoom out, in, fit"),
    "key_next": ("下一份报告", "Next report"),
    "key_queue": ("回到待核报告", "Back to the queue"),
    "key_help": ("本帮助", "This help"),
    # audit
    "number_of": ("序号", "No."),
    "when": ("时间", "When"),
    "who": ("何人", "Who"),
    "cell": ("单元格", "Cell"),
    "action": ("决定", "Decision"),
    "before": ("之前", "Before"),
    "after": ("之后", "After"),
    "document": ("文件", "Document"),
    "reader": ("读取程序", "Reader"),
    "hash": ("校验值", "Hash"),
    "export_log": ("导出记录", "Export the log"),
    "verify": ("校验全部", "Verify the chain"),
    "chain_holds": ("校验链完整", "The chain of hashes holds"),
    "chain_broken": ("校验链在此处断开", "The chain of hashes breaks at"),
    "no_decisions": ("还没有决定。", "No decisions yet."),
    "look_second": ("复核", "second look"),
    "look_settling": ("裁定", "settling"),
    "kept_back": ("待你复核后可见", "shown once you have looked too"),
    # figures
    "figures": ("图表", "Figures"),
    "organ_name": ("机关全称", "Full name of the organ"),
    "show": ("显示", "Show"),
    "line_received": ("新收申请", "Requests received"),
    "line_processed": ("办结", "Requests processed"),
    "line_granted": ("予以公开", "Granted in full"),
    "line_partly": ("部分公开", "Granted in part"),
    "line_refused": ("不予公开", "Refused"),
    "line_unable": ("无法提供", "Not available"),
    "line_suits": ("行政诉讼", "Lawsuits"),
    "line_suits_lost": ("诉讼结果纠正", "Lawsuits that corrected"),
    "of_organs": ("机关类型", "Kind of organ"),
    "inside": ("下级地区", "Places inside"),
    "reports_added": ("份报告相加", "reports added up"),
    "reports_left_out": (
        "份报告未计入：请选更小的地区",
        "reports left out: choose a smaller region",
    ),
    "trends_note": (
        "只相加同一类机关的报告；某项还有待核单元格的报告不计入该项。",
        "Only reports of one kind of organ are added up, each where no cell of the line waits.",
    ),
    "numbers": ("数值", "The numbers"),
    "no_numbers": ("没有可用的数值。", "There are no numbers to show."),
    "kind_of_": ("类型不详", "kind unknown"),
    "kind_of_ministry": ("国务院部门", "Ministry"),
    "kind_of_province_gov": ("省级政府", "Provincial government"),
    "kind_of_prefecture_gov": ("地级政府", "Prefectural government"),
    "kind_of_county_gov": ("县级政府", "County government"),
    "kind_of_office": ("政府办公厅(室)", "Government office"),
    "kind_of_dept": ("部门", "Department"),
    "kind_of_town": ("镇", "Town"),
    "kind_of_township": ("乡", "Township"),
    "kind_of_street": ("街道", "Street office"),
    "kind_of_zone": ("开发区", "Development zone"),
    "line_reviews": ("行政复议", "Administrative reviews"),
    "line_corrected": ("复议结果纠正", "Reviews that corrected"),
    "completeness": ("各地各年完整程度", "How complete: places and years"),
    "completeness_note": (
        "已核完(没有待核单元格)的报告 / 全部报告",
        "Reports in which nothing waits / all reports",
    ),
    "reliability": ("已核单元格的可信度检验", "How right we were, on reviewed cells"),
    "cells_reviewed": ("已核单元格", "Reviewed cells"),
    "read_right": ("读对", "Read right"),
    "share_right": ("读对比例", "Share read right"),
    "expected_share": ("预计比例", "Expected share"),
    "agreement": ("两人复核的一致程度", "Two people on one cell"),
    "field": ("表格", "Table"),
    "cells_twice": ("两人都核过", "Decided by both"),
    "agreed": ("一致", "Agreed"),
    "kappa": ("Cohen κ", "Cohen's κ"),
    "field_all": ("全部", "All"),
    "field_article20": ("主动公开", "Published on own motion"),
    "field_applications": ("依申请公开", "Requests"),
    "field_review_litigation": ("复议诉讼", "Reviews and lawsuits"),
    "field_indicators": ("统计指标", "Indicators"),
    "read_as_kind": ("读作", "Read as"),
    "nobody_looked_twice": ("还没有单元格由两人核过。", "No cell was decided by two people yet."),
    "state_looks_settled": ("已裁定", "Settled"),
    "agreement_note": (
        "每格取两人互不知情时的第一次决定。",
        "Of each cell what the two said first, without having seen the other's.",
    ),
    # faults
    "not_a_number": ("这不是一个数。", "That is no number."),
    "nothing_to_confirm": (
        "没有读出任何数：请输入，或按 b、/、u。",
        "Nothing was read: type it, or press b, / or u.",
    ),
    "no_such_cell": ("报告没有这一格。", "The report has no such cell."),
    "nothing_to_undo": ("没有可撤销的决定。", "There is nothing of yours to undo."),
    "no_such_report": ("没有这份报告。", "There is no such report."),
    "no_such_page": ("没有这个页面。", "There is no such page."),
    "bad_form": ("请求有误。", "The request makes no sense."),
    "forged": (
        "请求不是从本页面发出的，未予执行。请刷新后再试。",
        "The request did not come from this page and was not carried out. Reload and try again.",
    ),
    "not_allowed": ("你的角色不能这样做。", "Your role does not allow this."),
    "who_are_you": ("请先登录。", "Sign in first."),
    "wrong_password": ("用户名或密码不对。", "Name or password are wrong."),
    "too_many_tries": ("尝试次数过多，请稍后再试。", "Too many tries. Wait a while."),
    "store_gone": ("数据库不可用。", "The store is not available."),
    "internal": ("程序内部错误，已记录。", "An error inside gouji; it is in the log."),
}

# What the two sides of a relation say, for those who read Chinese; English is `said_of`.
SUMS: Mapping[str, str] = {
    "R1": "总计印为 {left}，各栏相加得 {right}",
    "R2": "新收加上年结转为 {left}，办结加结转下年为 {right}",
    "R3": "办理总计印为 {left}，各项结果相加得 {right}",
    "R4": "总计印为 {left}，各项结果相加得 {right}",
    "R5": "推算上年有效件数为 {left}，小于零",
    "R6": "对外公开总数 {left}，小于新公开 {right}",
    "R7": "处理决定数 {left}，恰为项目数与增减之和",
    "R8": "此类机关不制定规章，却印为 {left}",
    "R12": "正文称没有，表中为 {right}",
    "R14": "正文总数 {left}，分项相加得 {right}",
    "R15": "信息处理费 {left} 元被填为行政事业性收费 {right}",
    "T14-1": "总数印为 {left}，分项相加得 {right}",
    "T14-2": "总数印为 {left}，分项相加得 {right}",
    "T14-3": "{left} 大于其所属的 {right}",
    "T08-1": "总数印为 {left}，各种方式相加得 {right}",
    "T08-2": "总数印为 {left}，各种结果相加得 {right}",
} | dict.fromkeys(("R9", "R10", "R11", "R13"), "正文为 {left}，表中为 {right}")
ANY_SUM = "一边为 {left}，另一边为 {right}"

Say = Callable[[str], str]


def speaker(language: str) -> Say:
    """What gives a key's words in a language; a key that has none is said as it is."""
    index = LANGUAGES.index(language) if language in LANGUAGES else 0

    def say(key: str) -> str:
        words = WORDS.get(key)
        return key if words is None else words[index]

    return say


def language_of(cookie: str | None, accepted: str | None) -> str:
    """The language somebody chose, else the first of ours that the browser asks for."""
    if cookie in LANGUAGES:
        return str(cookie)
    for part in (accepted or "").split(","):
        asked = part.split(";")[0].strip().lower()[:2]
        if asked in LANGUAGES:
            return asked
    return LANGUAGES[0]
