"""Which lines the older tables print, with the code, label and unit of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

INDICATORS = "indicators"
VALUE = "value"


class OlderForm(StrEnum):
    """The table: T14 is national, T08 of local making."""

    T14 = "T14"
    T08 = "T08"

    @property
    def template(self) -> str:
        """The form that the head words tell."""
        return self.value


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table of indicators; without a unit it is a heading.

    A code of None is a line that no code list knows.
    """

    code: str | None
    label: str
    unit: str | None


def key(row: str, column: str) -> str:
    """Key of a cell, such as `indicators/requests.received/value`."""
    return f"{INDICATORS}/{row}/{column}"


def _lines(text: str) -> tuple[Line, ...]:
    """Lines from a text: code, unit and label; "-" for no code or no unit."""
    found = []
    for line in text.strip().splitlines():
        code, unit, label = line.split(maxsplit=2)
        found.append(Line(None if code == "-" else code, label, None if unit == "-" else unit))
    return tuple(found)


T14_LINES = _lines(
    """
-                                          -    一、主动公开情况
disclosure.items                           条   （一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）
disclosure.normative_documents             条   其中：主动公开规范性文件数
disclosure.normative_documents_made        件   制发规范性文件总数
-                                          -    （二）通过不同渠道和方式公开政府信息的情况
disclosure.gazette                         条   1.政府公报公开政府信息数
disclosure.website                         条   2.政府网站公开政府信息数
disclosure.weibo                           条   3.政务微博公开政府信息数
disclosure.wechat                          条   4.政务微信公开政府信息数
disclosure.other                           条   5.其他方式公开政府信息数
-                                          -    二、回应解读情况
response.hot_topics                        次   （一）回应公众关注热点或重大舆情数（不同方式回应同一热点或舆情计1次）
-                                          -    （二）通过不同渠道和方式回应解读的情况
response.press_conferences                 次   1.参加或举办新闻发布会总次数
response.press_conferences_by_leader       次   其中：主要负责同志参加新闻发布会次数
response.interviews                        次   2.政府网站在线访谈次数
response.interviews_by_leader              次   其中：主要负责同志参加政府网站在线访谈次数
response.interpretations                   篇   3.政策解读稿件发布数
response.weibo_wechat                      次   4.微博微信回应事件数
response.other                             次   5.其他方式回应事件数
-                                          -    三、依申请公开情况
requests.received                          件   （一）收到申请数
requests.in_person                         件   1.当面申请数
requests.fax                               件   2.传真申请数
requests.online                            件   3.网络申请数
requests.letter                            件   4.信函申请数
requests.completed                         件   （二）申请办结数
requests.on_time                           件   1.按时办结数
requests.extended                          件   2.延期办结数
replies.total                              件   （三）申请答复数
replies.already_public                     件   1.属于已主动公开范围数
replies.granted                            件   2.同意公开答复数
replies.partial                            件   3.同意部分公开答复数
replies.refused                            件   4.不同意公开答复数
replies.refused.state_secret               件   其中：涉及国家秘密
replies.refused.trade_secret               件   涉及商业秘密
replies.refused.privacy                    件   涉及个人隐私
replies.refused.security_stability         件   危及国家安全、公共安全、经济安全和社会稳定
replies.refused.not_government_information 件   不是《条例》所指政府信息
replies.refused.other_legal                件   法律法规规定的其他情形
replies.not_this_organ                     件   5.不属于本行政机关公开数
replies.not_exist                          件   6.申请信息不存在数
replies.asked_to_amend                     件   7.告知作出更改补充数
replies.other_channel                      件   8.告知通过其他途径办理数
review.total                               件   四、行政复议数量
review.upheld                              件   （一）维持具体行政行为数
review.corrected                           件   （二）被依法纠错数
review.other                               件   （三）其他情形数
litigation.total                           件   五、行政诉讼数量
litigation.upheld                          件   （一）维持具体行政行为或者驳回原告诉讼请求数
litigation.corrected                       件   （二）被依法纠错数
litigation.other                           件   （三）其他情形数
complaints.total                           件   六、举报投诉数量
fees.amount                                万元 七、依申请公开信息收取的费用
-                                          -    八、机构建设和保障经费情况
organisation.dedicated_bodies              个   （一）政府信息公开工作专门机构数
organisation.reading_points                个   （二）设置政府信息公开查阅点数
organisation.staff                         人   （三）从事政府信息公开工作人员数
organisation.full_time                     人   1.专职人员数（不包括政府公报及政府网站工作人员数）
organisation.part_time                     人   2.兼职人员数
organisation.budget                        万元 （四）政府信息公开专项经费（不包括用于政府公报编辑管理及政府网站建设维护等方面的经费）
-                                          -    九、政府信息公开会议和培训情况
meetings.held                              次   （一）召开政府信息公开工作会议或专题会议数
meetings.training_sessions                 次   （二）举办各类培训班数
meetings.trainees                          人次 （三）接受培训人员数
"""  # noqa: E501
)
T14_CODES = tuple(line.code for line in T14_LINES if line.code is not None)

# Lines that organs add, with the line of T14 after which they stand.
T14_ADDED: tuple[tuple[str, Line], ...] = (
    ("disclosure.normative_documents", Line(None, "主动公开机构领导及人事信息", "条")),
    ("disclosure.normative_documents_made", Line(None, "主动公开财政资金信息数", "条")),
    ("disclosure.other", Line(None, "6.便民服务手册发放数", "份")),
    ("organisation.budget", Line(None, "（五）政府信息公开宣传费用", "万元")),
    ("meetings.trainees", Line(None, "（四）开展专项检查次数", "次")),
)

# Local tables: the codes, labels and units that three places give them.
T08_TABLES: tuple[tuple[Line, ...], ...] = (
    _lines(
        """
disclosure.items                            条   主动公开信息数
disclosure.full_text                        条   其中：全文电子化的主动公开信息数
disclosure.normative_documents_new          条   新增的行政规范性文件数
disclosure.services                         条   提供服务类信息数
visits.website                              人次 网站专栏页面访问量
consultations.in_person                     人次 现场接待人数
consultations.online                        人次 网上咨询数
consultations.phone                         人次 咨询电话接听数
requests.catalogue                          条   依申请公开信息目录数
requests.total                              条   申请总数
requests.in_person                          条   其中：1.当面申请数
requests.fax                                条   2.传真申请数
requests.email                              条   3.电子邮件申请数
requests.online                             条   4.网上申请数
requests.letter                             条   5.信函申请数
requests.other                              条   6.其他形式申请数
replies.total                               条   对申请的答复总数
replies.granted                             条   其中：1.同意公开答复数
replies.partial                             条   2.同意部分公开答复数
replies.refused                             条   3.否决公开答复总数
replies.refused.not_government_information  条   其中：（1）“非《规定》所指政府信息”数
replies.refused.not_exist                   条   （2）“信息不存在”数
replies.refused.not_this_organ              条   （3）“非本部门掌握”数
replies.refused.unclear                     条   （4）“申请内容不明确”数
replies.refused.exempt_1                    条   （5）“免予公开范围1”数
replies.refused.exempt_2                    条   （6）“免予公开范围2”数
replies.refused.exempt_3                    条   （7）“免予公开范围3”数
replies.refused.other                       条   （8）其它原因
review.total                                件   行政复议数
litigation.total                            件   行政诉讼数
appeals.total                               件   行政申诉数
appeals.first_handling                      件   其中：对本部门首次处理不满意的行政申诉数
"""
    ),
    _lines(
        """
disclosure.items    条 主动公开信息数
disclosure.website  条 其中：1.政府网站
disclosure.gazette  条 2.政府公报
requests.total      件 受理依申请公开信息总数
requests.in_person  件 其中：1.当面申请数
requests.fax        件 2.传真申请数
requests.email      件 3.电子邮件申请数
requests.online     件 4.网上申请数
requests.letter     件 5.信函申请数
requests.other      件 6.其它形式申请数
replies.total       件 本年度对申请的答复总数
replies.granted     件 其中：1.同意公开答复数
replies.partial     件 2.同意部分公开答复数
replies.refused     件 3.否决公开答复总数
review.total        件 行政复议数
litigation.total    件 行政诉讼数
appeals.total       件 行政申诉数
"""
    ),
    _lines(
        """
disclosure.items    条   主动公开政府信息数
-                   条   其中：通过政务公开栏公开数
-                   期   编印政府信息简报
visits.website      人次 网站专栏访问量
consultations.in_person 人次 现场接待人次
consultations.phone 人次 电话咨询数
requests.total      件   收到申请总数
requests.in_person  件   1、当面申请
requests.letter     件   2、信函申请
requests.online     件   3、网上申请
replies.total       件   答复总数
replies.granted     件   1、同意公开数
replies.partial     件   2、部分公开数
replies.refused     件   3、不予公开答复总数
-                   次   组织政府信息公开培训
appeals.total       件   行政申诉数
"""
    ),
)


def rows_of(lines: Iterable[Line]) -> tuple[tuple[str, Line], ...]:
    """The lines with values and their row codes; a line without a code is named by its place."""
    stated = [line for line in lines if line.unit is not None]
    return tuple((line.code or f"row_{n:02d}", line) for n, line in enumerate(stated, start=1))
