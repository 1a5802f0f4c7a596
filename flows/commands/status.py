"""`gouji status`: how everything stands, for people, as JSON, or as metrics."""

from __future__ import annotations

import sys

from gouji.model.contract import exact_json

from ..output import print_line, printable
from ..settings import Settings
from ..status import Status, status_of


def tell_status(settings: Settings, *, as_json: bool, metrics: bool) -> int:
    """Print how everything stands; 0, or 1 where the queue is longer than it should be.

    Raises:
        WrongUsage: there is no store yet.
        StoreUnavailable: it cannot be read.
    """
    status = status_of(settings)
    if metrics:
        from ..metrics import metrics_text, write_metrics

        if settings.metrics_file is not None:
            write_metrics(status, settings.metrics_file)
        else:
            sys.stdout.write(metrics_text(status).decode())
        return 0
    if as_json:
        print_line(exact_json(status.fields()))
    else:
        for line in lines_of(status):
            print_line(printable(line))
    return int(status.queue_is_long)


def lines_of(status: Status) -> list[str]:
    """The status as lines of text."""
    store, queue, runs = status.store, status.queue, status.runs
    lines = [
        f"store      {status.database} (schema {store.schema}, {size(store.bytes)})",
        f"           {store.documents:,} documents, {store.reports:,} reports,"
        f" {store.pages:,} pages, {store.cells:,} cells; {store.failed:,} failed",
    ]
    if store.failures:
        kinds = ", ".join(f"{kind} {number:,}" for kind, number in store.failures.items())
        lines.append(f"failures   {kinds}")
    alarm = f" - LONG: alarm from {status.queue_alarm:,} on" if status.queue_is_long else ""
    lines.append(
        f"queue      {queue.reports:,} reports, {queue.open_cells:,} cells,"
        f" {queue.expected_errors:,.1f} expected errors{alarm}"
    )
    files = ", ".join(f"{number:,} {state}" for state, number in status.inbox.items() if number)
    lines.append(f"inbox      {files or 'nothing has arrived'}")
    for one in status.watching:
        silent = " that has fallen silent" if one.silent else ""
        lines.append(f"           watched by a process of {one.host}{silent}")
    lines.append(
        f"runs       {sum(runs.runs.values()):,}: {runs.read:,} documents read,"
        f" {runs.known:,} known, {runs.failed:,} failed"
    )
    for run in status.last_runs:
        lines.append(
            f"           {run.id} {run.started_at:%Y-%m-%d %H:%M} {run.status},"
            f" {run.documents_read:,} read, {run.documents_failed:,} failed: {run.command[:80]}"
        )
    if status.seconds:
        taken = ", ".join(f"{stage} {seconds:,.1f}" for stage, seconds in status.seconds.items())
        lines.append(f"seconds    {taken}")
    for name, word in (status.prefect or {}).items():
        lines.append(f"prefect    {name}: {word}")
    for disk in status.disks:
        lines.append(f"disk       {size(disk.free)} of {size(disk.size)} free at {disk.folder}")
    versions = ", ".join(f"{name} {version}" for name, version in status.versions.items())
    return [*lines, f"versions   {versions}"]


def size(number: float) -> str:
    """Bytes in the largest unit of which there is one."""
    for unit in ("bytes", "KB", "MB", "GB"):
        if number < 1024:
            return f"{number:,.0f} {unit}" if unit == "bytes" else f"{number:,.1f} {unit}"
        number /= 1024
    return f"{number:,.1f} TB"
