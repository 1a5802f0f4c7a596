"""The schedules: `prefect.yaml` and `gouji serve` say the same, and every flow can be run by hand.

What needs Prefect is imported where it is used: it takes more than a second.
"""

from __future__ import annotations

import importlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from places import ROOT

from flows.commands.check import CheckWishes
from flows.commands.serve import parameters_of, serve_flows
from flows.runs import drawing
from flows.runs.deployments import DEPLOYMENTS, TIMEZONE, WORK_POOL, Deployment
from flows.settings import load_settings
from flows.summary import DocumentLine
from flows.weekly import LIMITS, across_report, calibration_of
from gouji.model import WrongUsage
from gouji.store import Store

YAML = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))
BY_NAME = {deployment["name"]: deployment for deployment in YAML["deployments"]}


def flow_of(deployment: Deployment) -> Any:
    module, _, name = deployment.flow.rpartition(".")
    return getattr(importlib.import_module(module), name)


def test_there_are_the_same_deployments_in_both() -> None:
    assert set(BY_NAME) == {deployment.name for deployment in DEPLOYMENTS}


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda d: d.name)
def test_both_say_the_same_of_each(deployment: Deployment) -> None:
    said = BY_NAME[deployment.name]
    assert said["entrypoint"] == deployment.flow
    assert said["description"] == deployment.description
    assert tuple(said["tags"]) == deployment.tags
    assert said["schedules"] == [{"cron": deployment.cron, "timezone": TIMEZONE}]
    assert said["concurrency_limit"]["limit"] == deployment.at_once
    assert said["concurrency_limit"]["collision_strategy"] == "CANCEL_NEW"
    assert said["work_pool"]["name"] == WORK_POOL
    assert set(said["parameters"]) <= {"folder"}


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda d: d.name)
def test_every_parameter_is_typed_and_described(deployment: Deployment) -> None:
    from prefect.utilities.callables import parameter_schema

    flow = flow_of(deployment)
    assert flow.description
    for name, facts in parameter_schema(flow).properties.items():
        assert facts.get("description"), name
        assert "type" in facts or "anyOf" in facts, name


def test_the_nightly_run_is_at_night_in_china() -> None:
    from prefect.client.schemas.schedules import CronSchedule

    said = BY_NAME["publish"]["schedules"][0]
    schedule = CronSchedule(cron=said["cron"], timezone=said["timezone"])
    assert schedule.timezone == "Asia/Shanghai"
    assert datetime(2026, 1, 1, 2, 30, tzinfo=ZoneInfo(TIMEZONE)).utcoffset() == timedelta(hours=8)


def test_the_box_watches_its_own_inbox() -> None:
    inbox = next(d for d in DEPLOYMENTS if d.name == "inbox")
    assert parameters_of(inbox, "in")["folder"] == str(Path("in").absolute())
    assert parameters_of(inbox, "s3://bucket/in")["folder"] == "s3://bucket/in"


def test_a_deployment_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="there are inbox, publish"):
        serve_flows(load_settings(work=tmp_path), "in", only=("nightly",))


def test_the_weekly_reports_of_an_empty_store(tmp_path: Path) -> None:
    from flows.runs.scheduled import across_markdown, calibration_markdown

    settings = load_settings(work=tmp_path)
    Store.open(None, tmp_path).close()
    across = across_report(settings, CheckWishes(across=True))
    assert across.file.read_bytes() == b""
    assert "0 organs" in across_markdown(across)
    report = calibration_of(settings)
    assert report.bands == ()
    assert "No reviewed cell" in calibration_markdown(report)
    assert (LIMITS[0], LIMITS[-1]) == (0, 1)


def test_the_text_of_a_document_stays_text_in_markdown() -> None:
    from flows.runs.pictures import in_markdown

    text = "<img src=x onerror=alert(1)> [a](http://b) `c` | *d* &lt;"
    escaped = in_markdown(text)
    assert "<img" not in escaped.replace("\\<", "")
    assert "\\[a\\](http://b)" in escaped
    assert "\\|" in escaped


def test_a_drawing_holds_no_markup_of_a_document() -> None:
    svg = drawing.bars("<script>", [("a & b", 3, "3"), ("none", 0, "<0>"), ("less", -2, "-2")])
    assert "<script>" not in svg
    assert "a &amp; b" in svg
    assert 'width="-' not in svg
    assert drawing.as_address(svg).startswith("data:image/svg+xml;base64,")
    assert drawing.bars("nothing", [])


def test_documents_that_wait_are_linked_to_their_page_for_review() -> None:
    from flows.runs.pictures import links

    line = DocumentLine("a](x).pdf", "T21", None, 2023, 9, 3, 0, (), None, sha256="ab" * 32)
    (said,) = links([line], "http://review")
    assert said == f"- [a\\](x).pdf](http://review/report/{'ab' * 32}): 3 cells"
