"""Texts that come again in thousands of cells, kept once and known by a number."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection, Engine, select

from .columns import storable
from .database import writing
from .dialects import among, insert
from .schema import phrase

Item = TypeVar("Item")

# Parameters of one statement. Among 100,000 documents Postgres finds 100 by the index, but reads
# the whole table for 500.
AT_ONCE = 100
REMEMBERED = 100_000  # phrases; about 20 MB


def digest_of(text: str) -> bytes:
    """16 bytes that stand for the text in an index: Postgres limits its entries to 2,704 bytes."""
    return hashlib.blake2b(storable(text).encode(), digest_size=16).digest()


def in_groups(items: Iterable[Item], size: int = AT_ONCE) -> Iterator[Sequence[Item]]:
    """The items in lists of at most so many."""
    iterator = iter(items)
    while group := list(islice(iterator, size)):
        yield group


class Phrases:
    """The table `phrase`, remembered in both directions; phrases are never changed or deleted."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._ids: dict[str, int] = {}
        self._texts: dict[int, str] = {}

    def ids(self, texts: Collection[str]) -> dict[str, int]:
        """A number for each text, given now to those that have none.

        New ones are committed by themselves, sorted: saves that run at the same time can then
        neither wait for each other in a circle nor remember a phrase that was rolled back.
        """
        ids = {text: number for text in texts if (number := self._ids.get(text)) is not None}
        missing = set(texts) - ids.keys()
        if missing:
            with self._engine.connect() as connection:
                found = self._find(connection, missing)
            self._remember(found)
            ids |= found
            missing -= ids.keys()
        if missing:
            in_order = sorted((digest_of(text), text) for text in missing)
            rows = [{"digest": digest, "text": text} for digest, text in in_order]
            with writing(self._engine) as connection:
                new = insert(connection, phrase).on_conflict_do_nothing(index_elements=["digest"])
                connection.execute(new, rows)
                found = self._find(connection, missing)
            self._remember(found)
            ids |= found
        return ids

    def known_id(self, connection: Connection, text: str) -> int | None:
        """The text's number, or None if the store has never met it."""
        return self._ids.get(text) or self._find(connection, {text}).get(text)

    def known_ids(self, connection: Connection, texts: Collection[str]) -> dict[str, int]:
        """The numbers of those texts that the store has met."""
        ids = {text: number for text in texts if (number := self._ids.get(text)) is not None}
        return ids | self._find(connection, set(texts) - ids.keys())

    def texts(self, connection: Connection, ids: Iterable[int | None]) -> dict[int | None, str]:
        """The text behind each number."""
        wanted = {number for number in ids if number is not None}
        texts: dict[int | None, str] = {
            number: text for number in wanted if (text := self._texts.get(number)) is not None
        }
        found: dict[str, int] = {}
        for group in in_groups(wanted - texts.keys()):
            where = among(connection, phrase.c.id, group)
            for row in connection.execute(select(phrase.c.id, phrase.c.text).where(where)):
                found[row.text] = row.id
        self._remember(found)
        return texts | {number: text for text, number in found.items()}

    def _find(self, connection: Connection, texts: Iterable[str]) -> dict[str, int]:
        by_digest = {digest_of(text): text for text in texts}
        found: dict[str, int] = {}
        for group in in_groups(by_digest):
            where = among(connection, phrase.c.digest, group)
            for row in connection.execute(select(phrase.c.id, phrase.c.digest).where(where)):
                found[by_digest[bytes(row.digest)]] = row.id
        return found

    def _remember(self, found: dict[str, int]) -> None:
        if len(self._ids) > REMEMBERED:
            self._ids.clear()
            self._texts.clear()
        self._ids.update(found)
        self._texts.update((number, text) for text, number in found.items())
