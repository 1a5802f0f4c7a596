"""The application: its parts put together, and what every answer has in common."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gouji import __version__
from gouji.model import GoujiError
from gouji.store import Store

from . import api, figure_pages, pages
from .deciding import Refused
from .desk import Desk, UnknownReport
from .guard import Forged, Guard, NotAllowed, NotSignedIn, TooManyTries, Tries
from .joint import by_sums
from .pictures import PictureGone, Pictures
from .redecoding import Redecode
from .rendering import Pages, wants_json
from .settings import ReviewSettings

log = logging.getLogger(__name__)
HERE = Path(__file__).parent
LONGEST_BODY = 64 << 10  # bytes; a decision is some 300
# No inline script and no inline style: what a document says can never run.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Services:
    """What the routes work with; `request.app.state.services`."""

    store: Store
    settings: ReviewSettings
    desk: Desk
    guard: Guard
    tries: Tries
    pictures: Pictures
    pages: Pages


def create_app(
    store: Store, settings: ReviewSettings | None = None, redecode: Redecode = by_sums
) -> FastAPI:
    """The application over a store, which stays open when the application ends."""
    settings = settings or ReviewSettings()
    services = Services(
        store,
        settings,
        Desk(store, redecode, settings.double_review),
        Guard(store, settings),
        Tries(),
        Pictures(store, settings.passwords),
        Pages(HERE / "templates"),
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        services.pictures.close()
        services.desk.close()

    app = FastAPI(
        title="gouji review",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=lifespan,
    )
    app.state.services = services
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    app.include_router(api.router, prefix="/api")
    app.include_router(pages.router)
    app.include_router(figure_pages.router)
    app.add_middleware(Guarded, services=services)
    _explain_faults(app)
    return app


class Guarded:
    """Every answer has the headers; no request is larger than it can be; no fault shows a trace.

    Plain ASGI: Starlette's middleware for functions costs a task and 2 ms a request.
    """

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        begun = False

        async def with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if not request.url.path.startswith("/static/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            if (refused := self._refusal(request)) is not None:
                await refused(scope, receive, with_headers)
            else:
                await self._app(scope, receive, with_headers)
        except Exception as error:
            log.error("%s %s", request.method, request.url.path, exc_info=error)
            if begun:  # a part of the answer is on its way: break it off
                raise
            answer = self._services.pages.fault(request, 500, "internal")
            await answer(scope, receive, with_headers)

    def _refusal(self, request: Request) -> Response | None:
        try:
            self._services.guard.check_host(request)
        except Forged:
            return self._services.pages.fault(request, 403, "forged")
        length = request.headers.get("content-length", "0")
        endless = "transfer-encoding" in request.headers
        if endless or not length.isdecimal() or int(length[:20]) > LONGEST_BODY:
            return self._services.pages.fault(request, 413, "bad_form")
        return None


def _explain_faults(app: FastAPI) -> None:
    """Every fault is one message, on a page or as JSON, and never a trace."""

    def explain(status: int, key: str) -> Callable[[Request, Exception], Response]:
        def handler(request: Request, error: Exception) -> Response:
            return _fault(request, status, key)

        return handler

    for kind, status, key in (
        (UnknownReport, 404, "no_such_report"),
        (PictureGone, 404, "picture_gone"),
        (Forged, 403, "forged"),
        (NotAllowed, 403, "not_allowed"),
        (RequestValidationError, 422, "bad_form"),
    ):
        app.add_exception_handler(kind, explain(status, key))

    @app.exception_handler(NotSignedIn)
    def sign_in_first(request: Request, error: NotSignedIn) -> Response:
        services: Services = request.app.state.services
        if wants_json(request):
            answer = _fault(request, 401, "who_are_you")
            answer.headers["WWW-Authenticate"] = "Bearer"
            return answer
        return services.pages.to_sign_in(request)

    @app.exception_handler(Refused)
    def refused(request: Request, error: Refused) -> Response:
        return _fault(request, 422, str(error))

    @app.exception_handler(TooManyTries)
    def wait(request: Request, error: TooManyTries) -> Response:
        answer = _fault(request, 429, "too_many_tries")
        answer.headers["Retry-After"] = str(error.wait)
        return answer

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        return _fault(request, error.status_code, _HTTP.get(error.status_code, "bad_form"))

    @app.exception_handler(GoujiError)
    def unavailable(request: Request, error: GoujiError) -> Response:
        log.error("%s", error)
        return _fault(request, 503, "store_gone")


_HTTP = {404: "no_such_page", 405: "no_such_page"}


def _fault(request: Request, status: int, key: str) -> Response:
    services: Services = request.app.state.services
    return services.pages.fault(request, status, key)
