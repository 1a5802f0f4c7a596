"""The inside of a reading process: one document at a time, told over a pipe.

The process dies with whoever started it, leaves the terminal's signals alone, and says nothing on
standard output: what a C library prints there would end up between the lines of ``--json``.
"""

from __future__ import annotations

import ctypes
import importlib
import logging
import os
import pickle
import signal
import stat
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from gouji.model.errors import DocumentFault, FailureKind, GoujiError

log = logging.getLogger("flows.pool.worker")

_PR_SET_PDEATHSIG = 1
REST = "extract"  # the stage of all that no clock inside the reader counts


@dataclass(frozen=True, slots=True)
class Order:
    """Read this file, without the pages that cost a process before."""

    path: Path
    skip: frozenset[int]


@dataclass(frozen=True, slots=True)
class Ready:
    """The reader is imported; orders may come."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The order has come; a process that dies before it says so did not die of the document."""


@dataclass(frozen=True, slots=True)
class PageBegun:
    """About to read this page; 0 or less: no page, work on the document as a whole."""

    number: int


@dataclass(frozen=True, slots=True)
class Done:
    """The document is read; the pickled result follows as one message of plain bytes."""

    rss_mb: int
    seconds: Mapping[str, float]  # of the processor, by stage


@dataclass(frozen=True, slots=True)
class Fault:
    """Reading raised; ``whole`` says that leaving out the page would not help."""

    kind: FailureKind
    message: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Stop:
    """The installation or the call is at fault: no document can be read."""

    message: str
    advice: str
    exit_code: int


@dataclass(frozen=True, slots=True)
class Setup:
    """What a reading process is started with."""

    function: str  # module:name, called as function(path, settings, skip=…, on_page=…)
    settings: object
    memory_mb: int  # 0: no limit
    quiet: bool  # standard error too goes nowhere
    clock: str | None = None  # module:name, called after each document: seconds by stage


def serve(connection: Connection, parent: int, setup: Setup) -> None:
    """Import the reader once, then read what is ordered until the pipe closes."""
    _settle_in(parent, setup)
    try:
        function = load(setup.function)
    except GoujiError as error:
        connection.send(Stop(error.args[0], error.advice, error.exit_code))
        return
    except Exception as error:
        connection.send(Stop(f"The reader cannot be imported: {one_line(error)}.", "", 3))
        return
    clock = load(setup.clock) if setup.clock else dict
    with suppress(EOFError, BrokenPipeError):  # nobody is left to read for
        connection.send(Ready())
        while isinstance(order := connection.recv(), Order):
            connection.send(Taken())
            _read(connection, function, setup.settings, order, clock)


def load(name: str) -> Callable[..., Any]:
    """The function called ``module:name``."""
    module, _, attribute = name.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), attribute)
    return function


def one_line(error: BaseException) -> str:
    """An exception as one line, its type first where the message alone would tell nothing."""
    message = " ".join(str(error).split())
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, GoujiError | ImportError) and message:
        return message
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def _read(
    connection: Connection,
    function: Callable[..., Any],
    settings: object,
    order: Order,
    clock: Callable[[], dict[str, float]],
) -> None:
    def on_page(number: int) -> None:
        connection.send(PageBegun(number))

    clock()
    begun = time.process_time()
    try:
        _refuse_what_is_no_file(order.path)
        result = function(order.path, settings, skip=order.skip, on_page=on_page)
        blob = pickle.dumps(result, protocol=pickle.HIGHEST_PROTOCOL)
    except DocumentFault as error:
        connection.send(Fault(error.kind, one_line(error), whole=True))
    except GoujiError as error:
        connection.send(Stop(error.args[0], error.advice, error.exit_code))
    except MemoryError:
        connection.send(Fault(FailureKind.OUT_OF_MEMORY, "needs more memory than allowed", False))
    except BrokenPipeError:
        raise
    except OSError as error:
        connection.send(Fault(FailureKind.NOT_READABLE, one_line(error), whole=True))
    except Exception as error:
        log.exception("the reader raised on %r", str(order.path))
        connection.send(Fault(FailureKind.INTERNAL, one_line(error), whole=False))
    else:
        stages = clock()
        stages[REST] = max(0.0, time.process_time() - begun - sum(stages.values()))
        connection.send(Done(resident_mb(), stages))
        connection.send_bytes(blob)


def _refuse_what_is_no_file(path: Path) -> None:
    """A pipe or a device would be read for ever.

    Raises:
        DocumentFault: the path leads to something that is no regular file.
        OSError: it leads nowhere, or may not be looked at.
    """
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
        raise DocumentFault(FailureKind.NOT_READABLE, f"is {what}")


def resident_mb() -> int:
    """Memory this process holds now; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGESIZE") >> 20


def _settle_in(parent: int, setup: Setup) -> None:
    """Own process group, no Ctrl-C, no life after the parent, no noise, limited memory."""
    with suppress(OSError):
        os.setpgid(0, 0)  # so that what a reader starts (soffice) is killed with it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(0)
    # One process a processor: threads inside would only fight each other.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    if setup.quiet:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)
    os.dup2(2, 1)
    if setup.memory_mb and sys.platform == "linux":
        import resource

        # DATA, not AS: what a library maps and never touches does not count.
        size = setup.memory_mb << 20
        resource.setrlimit(resource.RLIMIT_DATA, (size, resource.RLIM_INFINITY))
