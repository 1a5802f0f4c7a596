"""The command line as tests call it: in this process, or started as a program of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from places import PYTHON_PATH

import flows.reading
from flows.cli import main

# Whoever starts the tests in the background may have had SIGINT ignored, which programs inherit.
PROGRAM = (
    "import signal, sys, flows.reading\n"
    "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    "flows.reading.READER = 'misbehaving:{reader}'\n"
    "from flows.cli import main\n"
    "if __name__ == '__main__': sys.exit(main())\n"
)


@pytest.fixture(autouse=True)
def fake_reader(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Every reading is done by misbehaving.five_pages, in an empty folder, with no settings."""
    monkeypatch.setattr(flows.reading, "READER", "misbehaving:five_pages")
    # A spawned process imports the main module again: pytest's takes 0.2 s each time.
    monkeypatch.delattr(sys.modules["__main__"], "__file__", raising=False)
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("GOUJI_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GOUJI_WORKERS", "1")  # several at once are test_pool.py's
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def document(path: Path | str, **deeds: str) -> Path:
    """A file that says what is to happen on its pages, as misbehaving.five_pages reads it."""
    path = Path(path)
    lines = "".join(f"{page[1:]} {deed}\n" for page, deed in deeds.items())
    path.write_text(f"{path.name!a}\n{lines}")
    return path


def gouji(*words: str | Path) -> int:
    """Run the command line here; its exit status."""
    return main([os.fspath(word) for word in words])


def start(
    *words: str | Path, reader: str = "five_pages", **options: Any
) -> subprocess.Popen[bytes]:
    """Run the command line as a program, with its two output streams as pipes."""
    environment = {**os.environ, "PYTHONPATH": PYTHON_PATH}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(reader=reader), *words],
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": environment, **options},
    )


def lines(text: str) -> list[dict[str, Any]]:
    """JSON lines as objects."""
    return [json.loads(line) for line in text.splitlines()]
