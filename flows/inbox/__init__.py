"""Taking documents out of a folder or an object store, each exactly once.

`take_in` is the whole round as a plain function; it knows nothing of Prefect.
"""

from .settings import InboxResult, InboxSettings

__all__ = ["InboxResult", "InboxSettings"]
