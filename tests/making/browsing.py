"""A real Chromium at a real server, for the tests that work as a clerk does."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from places import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Page

NAMES = ("chromium", "chromium-browser", "google-chrome")
WINDOW = {"width": 1440, "height": 900}
WAIT = 60.0  # seconds: the machine may be busy


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The installed Chromium."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        reason = "Chromium is not installed: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


class Served:
    """`gouji review` in a process of its own."""

    def __init__(
        self,
        work: Path,
        database: str | None,
        port: int = 0,
        options: Sequence[str] = (),
        who: str = "李四",
    ) -> None:
        command = [sys.executable, "-m", "flows.cli", "review", "--port", str(port)]
        command += ["--work", str(work), *options]
        if database is not None:
            command += ["--database", database]
        environment = {**os.environ, "LOGNAME": who}  # who decides where nobody signs in
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert "http" in line, "the server did not start"
        self.url = line.split()[-1].rstrip("/")

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def kill(self) -> None:
        """End it as a power cut would."""
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(WAIT)
        assert self._process.stdout is not None
        self._process.stdout.close()


@contextmanager
def served(
    work: Path,
    database: str | None = None,
    port: int = 0,
    options: Sequence[str] = (),
    who: str = "李四",
) -> Iterator[Served]:
    """A server over the store, until the end of the block."""
    server = Served(work, database, port, options, who)
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def window(browser: Browser, *, language: str = "zh-CN", scheme: str = "light") -> Iterator[Page]:
    """A window in which nothing may go wrong: an error of a script or of the policy fails."""
    context = browser.new_context(
        viewport=WINDOW,  # type: ignore[arg-type]
        locale=language,
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.set_default_timeout(WAIT * 1000)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console",
        lambda said: wrong.append(said.text) if "Content Security" in said.text else None,
    )

    def asked(dialog: Dialog) -> None:
        if dialog.type == "beforeunload":  # something is not saved yet: leave all the same
            dialog.accept()
        else:
            wrong.append(dialog.message)
            dialog.dismiss()

    page.on("dialog", asked)
    try:
        yield page
        assert wrong == []
    finally:
        context.close()


def until(page: Page, condition: str) -> None:
    """Wait for an expression of JavaScript; the policy forbids Playwright's own way of waiting."""
    end = time.monotonic() + WAIT
    while not page.evaluate(condition):
        assert time.monotonic() < end, f"never: {condition}"
        time.sleep(0.02)


def all_saved(page: Page, count: int | None = None) -> None:
    """Wait until everything decided in the window is saved."""
    status = "document.getElementById('status').dataset"
    until(page, f"{status}.pending === '0'")
    if count is not None:
        until(page, f"Number({status}.saved) === {count}")


def picture_shown(page: Page) -> None:
    """Wait until the page's picture is there."""
    until(page, "document.getElementById('picture').naturalWidth > 0")
