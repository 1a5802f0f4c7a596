"""The server: where it listens, and where it refuses to."""

from __future__ import annotations

import logging
import socket
from threading import Thread

from sqlalchemy.exc import SQLAlchemyError

from gouji.model import GoujiError, WrongUsage
from gouji.store import Store

from .app import create_app
from .pages import choices_kept
from .settings import ReviewSettings, networks

log = logging.getLogger(__name__)
__all__ = ["check_settings", "networks", "serve"]


def check_settings(store: Store, settings: ReviewSettings) -> None:
    """Raises:
    WrongUsage: others could reach it, and nobody has to sign in.
    """
    if settings.on_loopback or settings.proxies or store.accounts.there_are_any():
        return
    raise WrongUsage(
        f"Without accounts it listens on this machine only, not on {settings.host}.",
        "Run `gouji users add NAME` first.",
    )


def serve(store: Store, settings: ReviewSettings) -> int:
    """Serve until interrupted.

    Raises:
        WrongUsage: nobody has to sign in, and others could reach it.
        GoujiError: the place to listen is taken or not ours.
    """
    import uvicorn

    check_settings(store, settings)
    # 15 ms a report of an older store, while the first pages are looked at already
    Thread(target=_fill, args=(store, settings.double_review), daemon=True).start()
    choices_kept.of(store)  # so that the first page need not wait for it
    config = uvicorn.Config(
        create_app(store, settings),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # who is signed in is told by `guard`, from configured addresses
        ssl_certfile=settings.certificate,
        ssl_keyfile=settings.key,
        timeout_graceful_shutdown=5,
    )
    with _listening(settings) as listening:
        port = listening.getsockname()[1]
        scheme = "https" if settings.certificate else "http"
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        print(f"gouji review: {scheme}://{host}:{port}/", flush=True)
        uvicorn.Server(config).run(sockets=[listening])
    return 0


def _fill(store: Store, double_review: float) -> None:
    """Give what an older gouji saved its place in the queue, and draw what was decided before a
    second look at so many cells was asked for.
    """
    try:
        store.queue.fill()
        if double_review > 0:
            store.second_looks.draw(store.reviews.all(), double_review)
    except (GoujiError, SQLAlchemyError) as error:
        log.warning("the queue is not complete: %s", error)


def _listening(settings: ReviewSettings) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
        )[0]
        # asyncio sends at once (TCP_NODELAY) only where the protocol is named: 40 ms an answer
        found = socket.socket(family, kind, protocol)
        try:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            found.bind(address)
            found.listen(128)  # whoever reads the line we print may come at once
        except BaseException:
            found.close()
            raise
        return found
    except OSError as error:
        place = f"{settings.host}:{settings.port}"
        advice = "Choose another --port."
        raise GoujiError(f"Cannot listen on {place}: {error.strerror}.", advice) from error
