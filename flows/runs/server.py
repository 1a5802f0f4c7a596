"""A Prefect server of our own on loopback: started, watched, started again when it dies."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import suppress
from types import TracebackType
from typing import Self

from gouji.model import GoujiError

log = logging.getLogger("flows.runs.server")

START_SECONDS = 120.0  # 6 to 10 s where nothing else runs; the first start makes its database
LOOK_SECONDS = 1.0  # between two looks at the process
HOST = "127.0.0.1"
# It ends when whoever started it is killed: left alone it would hold the port against the next.
_WITH_US = (
    "import ctypes, runpy, sys\n"
    "if sys.platform == 'linux': ctypes.CDLL(None).prctl(1, 15)  # PR_SET_PDEATHSIG, SIGTERM\n"
    "sys.argv[0] = 'prefect'\n"
    "runpy.run_module('prefect', run_name='__main__')"
)


class PrefectUnavailable(GoujiError):
    """Prefect's server cannot be reached, or its own one not be started."""

    advice = "Check PREFECT_API_URL, or unset it; `gouji read` needs no server."


class PrefectServer:
    """A context manager; ``environment`` is what the server is started with."""

    def __init__(self, port: int, environment: dict[str, str] | None = None) -> None:
        self.port = port
        self.api_url = f"http://{HOST}:{port}/api"
        self.starts = 0
        self._environment = environment or dict(os.environ)
        self._process: subprocess.Popen[bytes] | None = None
        self._ending = threading.Event()
        self._watch = threading.Thread(target=self._keep_alive, name="prefect-server", daemon=True)

    def __enter__(self) -> Self:
        if is_healthy(self.api_url):
            raise PrefectUnavailable(
                f"A server listens at {HOST}:{self.port} already.",
                f"Set PREFECT_API_URL={self.api_url} to use it, or another GOUJI_SERVER_PORT.",
            )
        self._start()
        try:
            self.wait_until_healthy()
        except BaseException:
            self._stop()
            raise
        self._watch.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ending.set()
        self._watch.join()
        self._stop()

    @property
    def pid(self) -> int:
        """The process that runs now."""
        return self._process.pid if self._process else 0

    def wait_until_healthy(self, seconds: float = START_SECONDS) -> None:
        """Wait until it answers.

        Raises:
            PrefectUnavailable: it does not, or ended by itself.
        """
        until = time.monotonic() + seconds
        while not is_healthy(self.api_url):
            if not self._ending.is_set() and not self._watch.is_alive() and self._has_ended():
                raise PrefectUnavailable(
                    f"The Prefect server ended at its start (port {self.port}).",
                    "Is the port taken? See what `prefect server start` says.",
                )
            if time.monotonic() > until:
                raise PrefectUnavailable(f"The Prefect server does not answer: {self.api_url}.")
            time.sleep(0.2)

    def _start(self) -> None:
        command = [sys.executable, "-c", _WITH_US, "server", "start"]
        command += ["--host", HOST, "--port", str(self.port), "--analytics-off"]
        # A group of its own: Ctrl-C is for us, and we end it when the runs are over.
        self._process = subprocess.Popen(
            command,
            env=self._environment | {"PREFECT_API_URL": self.api_url},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.starts += 1

    def _has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def _keep_alive(self) -> None:
        wait = LOOK_SECONDS
        while not self._ending.wait(wait):
            if not self._has_ended():
                wait = LOOK_SECONDS
                continue
            code = self._process.returncode if self._process else None
            log.error("the Prefect server ended (status %s); it is started again", code)
            self._start()
            wait = min(2 * wait, 60.0)  # where it cannot start at all

    def _stop(self) -> None:
        process = self._process
        if process is None or process.poll() is not None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            process.wait(10.0)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def is_healthy(api_url: str, seconds: float = 2.0) -> bool:
    """Whether a Prefect server answers at the address."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{api_url.rstrip('/')}/health", timeout=seconds) as answer:
            return bool(answer.status == 200)
    except (OSError, ValueError):
        return False
