"""Which flows run when. `prefect.yaml` says the same for work pools; a test compares the two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TIMEZONE = "Asia/Shanghai"
WORK_POOL = "gouji"


@dataclass(frozen=True, slots=True)
class Deployment:
    """A flow with its schedule (cron, in `TIMEZONE`) and parameters."""

    name: str
    flow: str  # package.module.function
    cron: str
    description: str
    tags: tuple[str, ...]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    at_once: int = 1  # runs; one more is given up, since the next is never far


DEPLOYMENTS = (
    Deployment(
        "inbox",
        "flows.runs.inbox.watch_inbox",
        "*/5 * * * *",
        "Every five minutes: read what has arrived in the inbox into the store.",
        ("gouji", "inbox"),
        at_once=2,
    ),
    Deployment(
        "publish",
        "flows.runs.scheduled.publish",
        "30 2 * * *",
        "Every night at 2:30: publish the settled reports.",
        ("gouji", "publish"),
    ),
    Deployment(
        "check-across",
        "flows.runs.scheduled.check_across",
        "0 4 * * 1",
        "Every Monday at 4:00: compare the reports of each organ year by year.",
        ("gouji", "check"),
    ),
    Deployment(
        "calibration",
        "flows.runs.scheduled.calibration_report",
        "0 5 * * 1",
        "Every Monday at 5:00: see whether what people decided agrees with the confidences.",
        ("gouji", "check"),
    ),
)
