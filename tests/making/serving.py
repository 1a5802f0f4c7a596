"""A Prefect server on Postgres and process workers on loopback, for tests."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from places import ROOT

LOOK = 0.1  # seconds
QUICK = {  # what is slow for the sake of large installations
    "PREFECT_WORKER_QUERY_SECONDS": "0.5",
    "PREFECT_RUNNER_POLL_FREQUENCY": "1",
    "PREFECT_WORKER_HEARTBEAT_SECONDS": "2",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    "DO_NOT_TRACK": "1",
    "NO_PROXY": "127.0.0.1,localhost",
    "OMP_NUM_THREADS": "1",
}


def clean_environment(home: Path, **more: str) -> dict[str, str]:
    """The environment without settings of whoever runs the tests."""
    ours = ("PREFECT_", "GOUJI_", "PYTEST")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    home.mkdir(parents=True, exist_ok=True)
    return {**kept, **QUICK, "PREFECT_HOME": str(home), "PYTHONPATH": str(ROOT), **more}


@dataclass
class Box:
    """An environment to start things in, and what was started."""

    environment: dict[str, str]
    folder: Path
    api_url: str = ""
    server: Any = None
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *words: str, **more: str) -> subprocess.Popen[bytes]:
        """A module of Python as a process group of its own; what it says is in a file."""
        log = (self.folder / f"log-{len(self.started)}.txt").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=self.folder,
            env=self.environment | more,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def run(self, *words: str, cwd: Path | None = None) -> str:
        """The same, until it has ended well; what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=cwd or self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=180,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout

    def ask(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """The server's answer to a POST, or without a body to a GET."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.api_url}{path}", data, {"Content-Type": "application/json"}
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=30) as answer:
            return json.load(answer)

    def run_deployment(self, name: str, **parameters: Any) -> str:
        """Have a run of it started; its id."""
        deployment = self.ask(f"/deployments/name/{name}")
        made = self.ask(
            f"/deployments/{deployment['id']}/create_flow_run",
            {"parameters": parameters, "state": {"type": "SCHEDULED"}},
        )
        return str(made["id"])

    def state(self, run_id: str) -> str:
        return str(self.ask(f"/flow_runs/{run_id}")["state_type"])

    def wait_for(self, what: Any, seconds: float = 120.0) -> Any:
        """Look until there is something true."""
        until = time.monotonic() + seconds
        while not (found := what()):
            assert time.monotonic() < until, self.said()
            time.sleep(LOOK)
        return found

    def said(self) -> str:
        """What everything that was started has printed, for a failed test."""
        logs = sorted(self.folder.glob("log-*.txt"))
        return "\n".join(f"{p.name}: {p.read_text(errors='replace')[-1500:]}" for p in logs)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """`kill -9` of a process with all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def opened(folder: Path, **more: str) -> Iterator[Box]:
    """A box; everything started in it ends with it."""
    box = Box(clean_environment(folder / "prefect", **more), folder)
    try:
        yield box
    finally:
        for process in box.started:
            kill_group(process)


def children(pid: int) -> list[int]:
    """The processes below one, near and far."""
    import psutil

    with suppress(psutil.NoSuchProcess):
        return [child.pid for child in psutil.Process(pid).children(recursive=True)]
    return []
