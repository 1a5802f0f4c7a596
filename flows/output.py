"""Writing so that nothing is ever half there, and no name upsets a terminal."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath
from typing import IO

from gouji.model.contract import contract_json
from gouji.model.errors import GoujiError
from gouji.model.report import DocumentReading

from .pool.worker import one_line


class OutputFailed(GoujiError):
    """A result cannot be written where it was asked for."""

    advice = "Check the free space and the rights."


class ReaderGone(Exception):
    """Whoever read our standard output has stopped, like `head`: no fault, and nothing to say."""


def printable(text: object) -> str:
    """Text for a terminal, on one line: control characters and stray bytes are escaped."""
    if isinstance(text, PurePath):
        text = os.fsencode(text).decode("utf-8", "backslashreplace")
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode()
        for c in str(text)
    )


def print_json_line(reading: DocumentReading) -> None:
    """One JSON object and a line end on standard output: UTF-8, whatever the terminal speaks.

    Raises:
        ReaderGone: nobody reads it any more.
        OutputFailed: it cannot be written.
    """
    with _standard_output() as out:
        for piece in contract_json(reading):
            out.write(piece.encode("utf-8", "backslashreplace"))
        out.write(b"\n")
        out.flush()


def print_line(text: str) -> None:
    """Print a line in UTF-8, whatever the terminal speaks; it may wait in the buffer.

    Raises:
        ReaderGone: nobody reads it any more.
        OutputFailed: it cannot be written.
    """
    with _standard_output() as out:
        out.write(text.encode("utf-8", "backslashreplace") + b"\n")


def write_json(reading: DocumentReading, folder: Path, relative: PurePath) -> Path:
    """Write the reading as ``folder/relative.json``.

    Raises:
        OutputFailed: it cannot be written; nothing is left of it.
    """
    name = relative.name
    if len(os.fsencode(name)) > 240:  # file systems allow 255 bytes
        name = f"{os.fsencode(name)[:200].decode(errors='ignore')}-{reading.source.sha256[:16]}"
    target = folder / relative.with_name(name + ".json")
    pieces = (piece.encode("utf-8", "backslashreplace") for piece in contract_json(reading))
    write_whole(target, pieces)
    return target


def write_whole(target: Path, pieces: Iterable[bytes]) -> None:
    """Write a file beside its place, then move it there: it is never seen half written.

    Raises:
        OutputFailed: it cannot be written; what stood there before still does.
    """
    with _beside(target) as part, part.open("wb") as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    part = target.with_name(f".gouji-{secrets.token_hex(6)}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield part
        part.replace(target)
    except OSError as error:
        reason = one_line(error)
        raise OutputFailed(f"Cannot write {printable(target)}: {reason}.") from error
    finally:
        with suppress(OSError):
            part.unlink()


def let_go_of_standard_output() -> None:
    """Flush if possible; else send it nowhere, so that Python does not complain at its end."""
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        return
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


@contextmanager
def _standard_output() -> Iterator[IO[bytes]]:
    try:
        yield sys.stdout.buffer
    except BrokenPipeError as error:
        raise ReaderGone from error
    except OSError as error:
        message = f"Cannot write to standard output: {one_line(error)}."
        raise OutputFailed(message) from error
