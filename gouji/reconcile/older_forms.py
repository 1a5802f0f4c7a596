"""The sums and limits of T14 and of local tables (T08), as data: codes of rows in one column."""

from __future__ import annotations

from collections.abc import Mapping

INDICATORS = "indicators"

# Relation, row of the total, rows of its parts.
T14_SUMS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "T14-1",
        "requests.received",
        ("requests.in_person", "requests.fax", "requests.online", "requests.letter"),
    ),
    ("T14-1", "requests.completed", ("requests.on_time", "requests.extended")),
    ("T14-1", "organisation.staff", ("organisation.full_time", "organisation.part_time")),
    ("T14-1", "review.total", ("review.upheld", "review.corrected", "review.other")),
    (
        "T14-1",
        "litigation.total",
        ("litigation.upheld", "litigation.corrected", "litigation.other"),
    ),
    (
        "T14-2",
        "replies.total",
        (
            "replies.already_public", "replies.granted", "replies.partial", "replies.refused",
            "replies.not_this_organ", "replies.not_exist", "replies.asked_to_amend",
            "replies.other_channel",
        ),
    ),
    (
        "T14-2",
        "replies.refused",
        (
            "replies.refused.state_secret", "replies.refused.trade_secret",
            "replies.refused.privacy", "replies.refused.security_stability",
            "replies.refused.not_government_information", "replies.refused.other_legal",
        ),
    ),
)  # fmt: skip

# T14-3: a row, and the row that it cannot exceed. Channels may add up to more than all items.
T14_LIMITS: Mapping[str, str] = {
    "disclosure.normative_documents": "disclosure.items",
    "disclosure.gazette": "disclosure.items",
    "disclosure.website": "disclosure.items",
    "disclosure.weibo": "disclosure.items",
    "disclosure.wechat": "disclosure.items",
    "disclosure.other": "disclosure.items",
    "response.press_conferences_by_leader": "response.press_conferences",
    "response.interviews_by_leader": "response.interviews",
}
# T14-3: what was completed was answered.
T14_EQUAL = ("requests.completed", "replies.total")

T08_SUMS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "T08-1",
        "requests.total",
        (
            "requests.in_person", "requests.fax", "requests.email", "requests.online",
            "requests.letter", "requests.other",
        ),
    ),
    ("T08-2", "replies.total", ("replies.granted", "replies.partial", "replies.refused")),
)  # fmt: skip
