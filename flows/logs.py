"""Logs for whoever asks: structlog on standard error, as text or as JSON lines.

The modules log through the standard library, so that nobody who wants no logs imports structlog.
"""

from __future__ import annotations

import logging
import sys
from typing import Literal

import structlog

OURS = ("flows", "extractors", "ocr", "gouji")


def log_to_standard_error(verbosity: int, *, as_json: bool) -> None:
    """Show what our modules log: warnings and notes, from ``verbosity`` 2 on everything."""
    before: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: structlog.typing.Processor
    if as_json:
        before.append(structlog.processors.format_exc_info)
        last = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        last = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    for name in OURS:
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(logging.DEBUG if verbosity > 1 else logging.INFO)
        logger.propagate = False


def log_run(wanted: Literal["text", "json"] | None, **facts: str | None) -> None:
    """Log a flow run as the settings want it; the facts stand in every line of it."""
    if wanted is None:
        return
    log_to_standard_error(1, as_json=wanted == "json")
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**{k: v for k, v in facts.items() if v is not None})
