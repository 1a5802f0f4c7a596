"""`take_in` as a Prefect flow."""

from __future__ import annotations

from prefect import flow

from .inbox import InboxSettings


@flow(name="watch_inbox", persist_result=False)
def watch_inbox(
    folder: str,
    leave: bool = False,
    settle_seconds: float = InboxSettings.settle_seconds,
    attempts: int = InboxSettings.attempts,
    pages_a_minute: float | None = None,
    free_mb: int = InboxSettings.free_mb,
    patience_minutes: float | None = 60.0,
    most: int | None = None,
) -> dict[str, int]:
    """Take in what has arrived in a folder or an object store, each document exactly once.

    Where the store is, how many processes read and what they are held to comes from ``GOUJI_…``
    in the environment of the worker.

    Args:
        folder: The inbox: a folder of the worker's machine, or a URL such as s3://bucket/inbox.
        leave: Leave the files where they are and remember them, instead of moving them to done/
            or failed/.
        settle_seconds: A file is taken when its size and time have stayed the same for so long.
        attempts: A document that costs its process or runs out of time is tried in so many
            rounds, then set aside in failed/ with its history.
        pages_a_minute: Read no more than so many pages a minute. Empty: as fast as it goes.
        free_mb: Wait while less than so many megabytes are free where the store is.
        patience_minutes: Wait so long for a database, a share or a disk that is away. Empty: for
            ever.
        most: Take in so many documents at most. Empty: all.
    """
    raise NotImplementedError
