"""Logs as lines that a machine understands."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from flows.logs import OURS, log_run


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in OURS]
    before = [(logger.handlers, logger.level, logger.propagate) for logger in loggers]
    yield
    structlog.contextvars.clear_contextvars()
    for logger, (handlers, level, propagate) in zip(loggers, before, strict=True):
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)


def test_every_line_of_a_run_is_json_and_says_which_run(capsys: pytest.CaptureFixture[str]) -> None:
    log_run("json", flow="publish", flow_run="1-2-3", nothing=None)
    logging.getLogger("flows.runs.scheduled").info(
        "published\nall", extra={"reports": 7, "名": "夜"}
    )
    logging.getLogger("gouji.store").warning("slow")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == ["published\nall", "slow"]
    assert {line["flow_run"] for line in lines} == {"1-2-3"}
    assert (lines[0]["reports"], lines[0]["名"], lines[0]["level"]) == (7, "夜", "info")
    assert "nothing" not in lines[0]
    assert lines[1]["timestamp"].endswith("Z")


def test_nothing_is_logged_where_nobody_asked(capsys: pytest.CaptureFixture[str]) -> None:
    log_run(None, flow="publish")
    logging.getLogger("flows.runs.scheduled").info("published")
    assert capsys.readouterr().err == ""
