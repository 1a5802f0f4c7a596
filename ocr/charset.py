"""The characters of a recogniser: its classes, and those of them that value cells are made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gouji.model.errors import EngineMissing

from .engine import LOOKALIKES, SIGNS, Probabilities

# Fields of the ONNX format: ModelProto.metadata_props, and key and value of an entry.
_METADATA_PROPS, _KEY, _VALUE = 14, 1, 2

SPACE = " "
DIGITS = frozenset("0123456789").union(*(LOOKALIKES[digit] for digit in "0123456789"))


@dataclass(frozen=True, slots=True)
class Charset:
    """The classes of a recogniser in order; class 0 is the CTC blank, its character is empty."""

    characters: tuple[str, ...]
    columns: np.ndarray[Any, np.dtype[np.int32]]  # classes of the blank, all signs, and the space
    starts: np.ndarray[Any, np.dtype[np.intp]]  # where in `columns` the blank and each sign begin
    digits: np.ndarray[Any, np.dtype[np.bool_]]  # which classes are digits or look like one

    @staticmethod
    def of(characters: Sequence[str]) -> Charset:
        """From the characters after the blank; the space that closes them is put in."""
        classes = ("", *characters, SPACE)
        place = {character: i for i, character in reversed(list(enumerate(classes)))}
        groups = [[0]]
        for sign in SIGNS:
            alike = sign + LOOKALIKES.get(sign, "")
            groups.append([place[character] for character in alike if character in place])
        flat = [column for group in groups for column in group]
        columns = np.array([*flat, place[SPACE]], dtype=np.int32)
        lengths = [len(group) for group in groups]
        if not all(lengths):
            lost = SIGNS[lengths.index(0) - 1]
            raise ValueError(f"the recogniser does not know {lost!r}")
        starts = np.concatenate(([0], np.cumsum(lengths)[:-1])).astype(np.intp)
        digits = np.array([character in DIGITS for character in classes])
        return Charset(classes, columns, starts, digits)

    def signs(self, chosen: Probabilities) -> Probabilities:
        """From probabilities of `columns` (steps × columns) to `Recognition.signs`.

        White between signs set apart may be a space as well as nothing: neither is anything else.
        Where a space is likeliest, the text has it, and it may be a faint dot.
        """
        space = chosen[:, -1].astype(np.float32)
        known = np.add.reduceat(chosen[:, :-1], self.starts, axis=1, dtype=np.float32)
        known[:, 0] += np.where(space < known.max(axis=1), space, np.float32(0))
        rest = np.maximum(np.float32(0), np.float32(1) - known.sum(axis=1, keepdims=True))
        return np.concatenate((known, rest), axis=1)


def charset_of(onnx: Path) -> Charset:
    """The characters that a recogniser in the ONNX format carries in its metadata.

    Raises:
        EngineMissing: it carries none.
    """
    content = memoryview(onnx.read_bytes())
    try:
        for field, value in _fields(content):
            if field == _METADATA_PROPS:
                entry = dict(_fields(value))
                if bytes(entry.get(_KEY, b"")) == b"character":
                    lines = bytes(entry[_VALUE]).decode("utf-8").removesuffix("\n").split("\n")
                    return Charset.of(lines)
    except (IndexError, KeyError, ValueError) as error:
        raise EngineMissing(f"{onnx} is damaged: {error}.") from error
    raise EngineMissing(f"{onnx} does not say which characters it knows.")


def _fields(content: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Number and content of the fields of a message that are byte strings."""
    at = 0
    while at < len(content):
        tag, at = _varint(content, at)
        match tag & 7:
            case 0:  # a number
                _, at = _varint(content, at)
            case 1:
                at += 8
            case 5:
                at += 4
            case 2:
                length, at = _varint(content, at)
                yield tag >> 3, content[at : at + length]
                at += length
            case wire_type:
                raise ValueError(f"wire type {wire_type}")


def _varint(content: memoryview, at: int) -> tuple[int, int]:
    number, shift = 0, 0
    while True:
        byte = content[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, at
        shift += 7
