"""The entry point: nothing a user does, and nothing that happens to gouji, ends in a traceback.

This module is imported again by every reading process, so it imports next to nothing itself.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import FrameType

INTERRUPTED, TERMINATED, PIPE_CLOSED = 130, 143, 141  # 128 and the number of the signal
INTERNAL = 70  # EX_SOFTWARE


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give its exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    return explained(lambda: _run(words), debug="--debug" in words)


def explained(work: Callable[[], int], *, debug: bool) -> int:
    """Do the work; whatever ends it becomes one line and an exit status."""
    try:
        _make_streams_fit()
        _end_cleanly_when_asked()
        status = work()
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        return _say("interrupted", INTERRUPTED)
    except Exception as error:
        return _explain(error, debug=debug)


def _run(words: list[str]) -> int:
    from .commands.app import app

    try:
        app(words, prog_name="gouji")
    except SystemExit as end:
        if end.code == INTERRUPTED:
            _say("interrupted", INTERRUPTED)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def _explain(error: Exception, *, debug: bool) -> int:
    from gouji.model.errors import GoujiError

    from .output import ReaderGone, let_go_of_standard_output, printable
    from .pool.worker import one_line

    if isinstance(error, OSError | GoujiError | ReaderGone):
        let_go_of_standard_output()
    if isinstance(error, ReaderGone | BrokenPipeError):
        return PIPE_CLOSED
    if debug:
        import traceback

        traceback.print_exc()
    if isinstance(error, GoujiError):
        return _say(printable(error), error.exit_code)
    if isinstance(error, OSError):
        place = f"{printable(error.filename)}: " if error.filename else ""
        return _say(f"{place}{one_line(error)}", 1)
    hint = "" if debug else " Run `gouji --debug …` to see where."
    return _say(f"internal error: {printable(one_line(error))}.{hint}", INTERNAL)


def _say(message: str, status: int) -> int:
    with suppress(OSError, ValueError):  # standard error may be gone too
        print(f"gouji: {message}", file=sys.stderr, flush=True)
    return status


def _make_streams_fit() -> None:
    """No stream is missing, and none fails on a character that the terminal cannot show."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by whoever started us
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _end_cleanly_when_asked() -> None:
    """Let SIGTERM unwind the stack as Ctrl-C does, so that processes and files are cleared away."""

    def end(number: int, frame: FrameType | None) -> None:
        sys.exit(TERMINATED)

    with suppress(ValueError):  # not the main thread: somebody else's program
        signal.signal(signal.SIGTERM, end)


if __name__ == "__main__":
    sys.exit(main())
