"""Sentences of annual reports with the facts a person takes from them, kept apart.

Written before the reader was, and not used to improve it: `tests/reports/test_prose.py` measures
on them. Each is a heading (or nothing), the running text, and what it states, as ``code=value``
with ``~`` before an approximate value. The report is one for 2023.
"""

from __future__ import annotations

HELD_OUT: tuple[tuple[str, str, str], ...] = (
    # requests received
    (
        "(二)依申请公开情况",
        "2023年,我局共收到政府信息公开申请15件,其中网络申请9件、信函申请6件,均已在规定期限内答复。",
        "requests_received=15 requests.online=9 requests.letter=6",
    ),
    (
        "(二)依申请公开",
        "全年共受理依申请公开7件,全部按期办结,未引发行政复议和行政诉讼。",
        "requests_received=7 review.total=0 litigation.total=0",
    ),
    (
        "",
        "2023年度,本机关新收政府信息公开申请23件,上年度结转2件,已办结24件,结转下年度继续办理1件。",
        "requests_received=23 carried_over_from_previous_year=2 processed_total=24 carried_forward_to_next_year=1",
    ),
    (
        "(二)依申请公开",
        "本年度我街道未收到公民、法人和其他组织提出的政府信息公开申请。",
        "requests_received=0",
    ),
    ("(二)依申请公开", "2023年,我镇依申请公开事项0件。", "requests_received=0"),
    ("", "今年以来,我委共接到依申请公开信息事项四件,均依法作出答复。", "requests_received=4"),
    (
        "二、依申请公开情况",
        "截至2023年12月31日,共收到公众申请公开政府信息36宗(含2022年度结转4宗),已答复33宗,结转至2024年继续办理3宗。",
        "requests_received=36 carried_over_from_previous_year=4 processed_total=33 carried_forward_to_next_year=3",
    ),
    (
        "(二)依申请公开",
        "我局高度重视依申请公开工作,严格按照《条例》规定的时限和程序办理。2023年,受理政府信息公开申请二十三件,办理答复二十三件,答复率100%。",
        "requests_received=23 processed_total=23",
    ),
    (
        "(二)依申请公开",
        "2023年收到信息公开申请5件,比上年减少3件,同比下降37.5%。",
        "requests_received=5",
    ),
    (
        "(二)依申请公开",
        "2022年收到政府信息公开申请8件,2023年收到政府信息公开申请11件,增长37.5%。",
        "requests_received=11",
    ),
    (
        "",
        "2023年,全区各级行政机关共收到政府信息公开申请1,204件,其中区政府本级收到申请310件。",
        "requests_received=1204",
    ),
    (
        "(二)依申请公开",
        "全年没有收到信息公开申请,也没有收取任何费用。",
        "requests_received=0 fees=0",
    ),
    ("", "本年度无依申请公开政府信息的情况。", "requests_received=0"),
    (
        "(二)依申请公开",
        "2023年我单位零申请、零复议、零诉讼。",
        "requests_received=0 review.total=0 litigation.total=0",
    ),
    ("(二)依申请公开", "我中心2023年度收到的政府信息公开申请数量为0。", "requests_received=0"),
    ("", "2023年度我局收到书面依申请公开件1件,已按规定程序予以答复。", "requests_received=1"),
    (
        "(二)依申请公开",
        "畅通申请渠道,优化办理流程,全年共收到并处理依申请公开12件,其中当面申请1件,网上申请11件,申请人均为自然人。",
        "requests_received=12 requests.in_person=1 requests.online=11",
    ),
    (
        "(二)依申请公开",
        "本年度新收申请18件,其中自然人申请15件,法人或其他组织申请3件。",
        "requests_received=18 requests_received/natural_person=15 requests_received/organisations=3",
    ),
    (
        "",
        "县政府办公室全年收到政府信息公开申请9件,其中:商业企业2件,科研机构0件,自然人7件。",
        "requests_received=9 requests_received/business=2 requests_received/research=0 requests_received/natural_person=7",
    ),
    (
        "",
        "一年来,共收到书面、网络等形式的政府信息公开申请三百二十六件,较去年同期增加四十一件。",
        "requests_received=326",
    ),
    # outcomes
    (
        "(二)依申请公开",
        "收到申请10件,其中予以公开4件,部分公开2件,不予公开1件,无法提供2件,不予处理1件。",
        "requests_received=10 granted_in_full=4 granted_in_part=2 refused=1 unable=2 not_processed=1",
    ),
    (
        "(二)依申请公开",
        "在已答复的28件申请中,予以公开的12件,部分公开的3件,因属于国家秘密不予公开的1件,本机关不掌握相关政府信息的9件,重复申请不予处理的3件。",
        "processed_total=28 granted_in_full=12 granted_in_part=3 refused.state_secret=1 unable.not_held=9 not_processed.repeat_request=3",
    ),
    (
        "(二)依申请公开",
        "办理结果为:同意公开6件,占60%;不同意公开1件,占10%;信息不存在3件,占30%。",
        "granted_in_full=6 refused=1 replies.not_exist=3",
    ),
    (
        "",
        "2023年共办结政府信息公开申请45件,其中3件予以公开、2件部分公开、其余40件本机关不掌握。",
        "processed_total=45 granted_in_full=3 granted_in_part=2 unable.not_held=40",
    ),
    (
        "(二)依申请公开",
        "从办理结果看,予以公开58件,其他处理7件(其中申请人逾期不补正5件)。",
        "granted_in_full=58 other=7 other.overdue_correction=5",
    ),
    (
        "",
        "政府信息公开申请的答复情况:全部公开或部分公开的共8件,属于行政查询事项的2件,信访举报投诉类申请4件。",
        "refused.administrative_query=2 not_processed.petition_or_complaint=4",
    ),
    # not facts of requests
    ("(五)监督保障", "全年受理12345政务服务便民热线工单1350件,办结率100%。", ""),
    ("", "全年共办理人大代表建议25件、政协提案38件,均已公开答复。", ""),
    ("(五)监督保障", "未发生因政府信息公开工作被追究责任的情况,未收到群众投诉举报。", ""),
    ("", "按照“一件一档”要求,对每一件申请进行登记,做到件件有回复。", ""),
    ("五、存在的主要问题及改进情况", "2024年,力争主动公开信息达到500条,培训3次。", ""),
    ("", "去年同期收到政府信息公开申请6件。", ""),
    ("(二)依申请公开", "指导各镇街办理依申请公开案件17件,有效降低了行政争议。", ""),
    ("", "2008年《条例》施行以来,累计收到政府信息公开申请2100件。", ""),
    ("", "办理低保申请120件,临时救助申请35件。", ""),
    ("(三)政府信息管理", "全年审核发布信息1500余条,更新公开指南1份,修订制度3项。", ""),
    ("", "共收到领导信箱来信85件,回复85件,办结率100%。", ""),
    ("(二)依申请公开", "严格按照收到申请之日起20个工作日内予以答复的要求办理。", ""),
    ("", "全市共办理行政复议案件532件,审结498件。", ""),
    ("", "根据国办公开办函〔2021〕30号文件要求,编制2023年度报告,本报告共6部分。", ""),
    # review and litigation
    ("", "全年因政府信息公开引发行政复议3件、行政诉讼1件。", "review.total=3 litigation.total=1"),
    (
        "四、政府信息公开行政复议、行政诉讼情况",
        "2023年,我局共有行政复议案件2件,其中结果维持1件,尚未审结1件;行政诉讼案件0件。",
        "review.total=2 review.upheld=1 review.pending=1 litigation.total=0",
    ),
    (
        "",
        "本年度我局没有因政府信息公开被申请行政复议、提起行政诉讼的情况。",
        "review.total=0 litigation.total=0",
    ),
    (
        "",
        "2023年度,涉及政府信息公开的行政复议案件5起,被纠正1起;行政诉讼6起,其中未经复议直接起诉4起,复议后起诉2起。",
        "review.total=5 review.corrected=1 litigation.total=6 litigation_direct.total=4 litigation_after_review.total=2",
    ),
    ("", "政府信息公开行政复议、行政诉讼均为0件。", "review.total=0 litigation.total=0"),
    (
        "八、行政复议、提起行政诉讼情况",
        "全年没有发生针对本机关信息公开事务的行政复议案、行政诉讼案及相关的申诉案。",
        "review.total=0 litigation.total=0",
    ),
    (
        "",
        "因政府信息公开工作引发的行政诉讼4件,驳回原告诉讼请求3件,1件尚未审结。",
        "litigation.total=4 litigation.upheld=3 litigation.pending=1",
    ),
    (
        "",
        "未收到政府信息公开申请,未发生因政府信息公开引起的行政复议、行政诉讼。",
        "requests_received=0 review.total=0 litigation.total=0",
    ),
    # fees
    (
        "六、其他需要报告的事项",
        "按照《国务院办公厅关于印发〈政府信息公开信息处理费管理办法〉的通知》规定,本年度没有产生信息公开处理费。",
        "fees=0",
    ),
    ("六、其他需要报告的事项", "本机关2023年度收取政府信息公开信息处理费的总金额为0元。", "fees=0"),
    (
        "六、其他需要报告的事项",
        "2023年发出收费通知2件,总金额360元,实际收取信息处理费240元。",
        "fees=240",
    ),
    ("", "2023年,我局依申请提供政府信息未收取检索、复制、邮寄等费用。", "fees=0"),
    ("七、政府信息公开收费及减免情况", "2023年度没有收费情况发生,减免0件。", "fees=0"),
    ("六、其他需要报告的事项", "无收取信息处理费情况,无其他需要报告事项。", "fees=0"),
    ("", "全年减免行政事业性收费35.6万元,惠及企业120家。", ""),
    # documents
    (
        "(一)主动公开",
        "2023年制定行政规范性文件6件,废止2件,现行有效31件。",
        "normative_documents=6 normative_documents.repealed=2 normative_documents.in_force=31",
    ),
    ("", "我镇2023年度未制定规章和规范性文件。", "regulations=0 normative_documents=0"),
    (
        "",
        "全年印发行政规范性文件3份,并同步发布政策解读材料9篇。",
        "normative_documents=3 response.interpretations=9",
    ),
    ("", "报送备案审查规范性文件14件,合法性审核20件。", ""),
    (
        "",
        "清理规范性文件112件,其中继续有效89件,宣布失效12件,废止11件。",
        "normative_documents.repealed=11",
    ),
    (
        "",
        "出台政府规章2部、行政规范性文件12件,废止政府规章1部。",
        "regulations=2 normative_documents=12 regulations.repealed=1",
    ),
    ("", "建立健全规章制度5项。", ""),
    # disclosure and channels
    (
        "(一)主动公开",
        "2023年,通过各种渠道主动公开政府信息共计2,315条,其中通过政府网站公开1,820条,微信公众号公开495条。",
        "disclosure.items=2315 disclosure.website=1820 disclosure.wechat=495",
    ),
    ("(一)主动公开", "全年主动公开政府信息约1.2万条。", "disclosure.items=~12000"),
    (
        "(一)主动公开政府信息情况",
        "通过微信公众号发布信息四百余条,微博发布信息120条。",
        "disclosure.wechat=~400 disclosure.weibo=120",
    ),
    (
        "",
        "全年主动公开政府信息数3056条,其中政府公报公开信息56条。",
        "disclosure.items=3056 disclosure.gazette=56",
    ),
    ("(一)主动公开", "向上级报送信息40条,被采用10条。", ""),
    ("(一)主动公开", "累计发放宣传资料?00余份,悬挂横幅30条。", ""),
    (
        "",
        "举办新闻发布会4次,参加在线访谈2次,回应公众关注热点或重大舆情11次。",
        "response.press_conferences=4 response.interviews=2 response.hot_topics=11",
    ),
    (
        "(五)监督保障",
        "召开政府信息公开工作专题会议2次,举办业务培训班1期,培训人员86人次。",
        "meetings.held=2 meetings.training_sessions=1 meetings.trainees=86",
    ),
    (
        "",
        "我局设政府信息公开查阅点2个,从事政府信息公开工作人员5人,其中专职1人、兼职4人。",
        "organisation.reading_points=2 organisation.staff=5 organisation.full_time=1 organisation.part_time=4",
    ),
    ("", "组织安全生产培训12次,培训3600人次。", ""),
    # damage, ranges, ordinals
    ("(二)依申请公开", "2023年共收到政府信息公开申请?5件。", ""),
    ("(二)依申请公开", "2023年共收到政府信息公开申请□□件,办结\ufffd\ufffd件。", ""),
    ("(二)依申请公开", "每年收到政府信息公开申请3至5件。", ""),
    ("(二)依申请公开", "2023年第一季度收到政府信息公开申请2件,第二季度收到3件。", ""),
    (
        "(二)依申请公开",
        "按照条例第二十七条规定,全年收到政府信息公开申请１２件。",
        "requests_received=12",
    ),
    ("(二)依申请公开", "全年共收到政府信息公开申请近千件。", "requests_received=~1000"),
    (
        "(二)依申请公開情況",
        "2023年,本鎮共收到政府信息公開申請6件,予以公開4件,結轉下年度繼續辦理2件。",
        "requests_received=6 granted_in_full=4 carried_forward_to_next_year=2",
    ),
    # licences and penalties
    (
        "(一)主动公开",
        "全年作出行政许可决定1203件,行政处罚决定87件,行政强制0件。",
        "licences=1203 penalties=87 coercive_measures=0",
    ),
    ("(一)主动公开", "公示行政许可信息356条、行政处罚信息42条。", ""),
    # older reports
    (
        "四、政府信息依申请公开办理情况",
        "2023年,我局共收到当面申请2件,传真申请0件,网络申请3件,信函申请1件。",
        "requests.in_person=2 requests.fax=0 requests.online=3 requests.letter=1",
    ),
    ("五、政府信息公开的收费及减免情况", "我局政府信息公开未收取任何费用。", "fees=0"),
    (
        "六、因政府信息公开申请行政复议、提起行政诉讼的情况",
        "无。",
        "review.total=0 litigation.total=0",
    ),
    ("四、依申请公开政府信息情况", "无。", "requests_received=0"),
    (
        "四、依申请公开政府信息办理情况",
        "2023年度,我局未收到政府信息公开申请,无结转申请。",
        "requests_received=0 carried_over_from_previous_year=0",
    ),
)
