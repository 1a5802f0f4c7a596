"""Templates as answers: every text escaped, in the language of whoever asks."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gouji import __version__

from .guard import Visitor
from .words import WORDS, language_of, speaker

LANGUAGE = "gouji_language"


@cache
def _environment(folder: Path) -> Environment:
    """The templates compiled once a process."""
    found = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    found.filters["short"] = short
    found.filters["visible"] = visible
    return found


class Json(JSONResponse):
    """JSON that half a surrogate pair, from a damaged name or text, does not upset."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content, allow_nan=False, separators=(",", ":")).encode("ascii")


class Pages:
    """The templates of a folder."""

    def __init__(self, folder: Path) -> None:
        self._templates = _environment(folder)

    def page(
        self,
        request: Request,
        name: str,
        visitor: Visitor | None = None,
        status: int = 200,
        **values: Any,
    ) -> Response:
        """A template as a page; ``t`` in it says a word."""
        language = language_of(
            request.cookies.get(LANGUAGE), request.headers.get("accept-language")
        )
        text = self._templates.get_template(name).render(
            t=speaker(language),
            words=WORDS,
            language=language,
            visitor=visitor,
            version=__version__,
            path=request.url.path,
            **values,
        )
        # half a surrogate pair, from a damaged name, is no UTF-8
        data = text.encode("utf-8", "replace")
        return HTMLResponse(data, status, headers={"Content-Language": language})

    def fault(self, request: Request, status: int, key: str) -> Response:
        """What went wrong, as a page or as JSON."""
        if wants_json(request):
            language = language_of(
                request.cookies.get(LANGUAGE), request.headers.get("accept-language")
            )
            return Json({"error": key, "message": speaker(language)(key)}, status)
        return self.page(request, "fault.html", None, status, key=key)

    def to_sign_in(self, request: Request) -> Response:
        """To the page for signing in, and back afterwards."""
        there = quote(request.url.path, safe="/")
        if "hx-request" in request.headers:
            return Response(status_code=204, headers={"HX-Redirect": f"/sign-in?to={there}"})
        return RedirectResponse(f"/sign-in?to={there}", 303)


def wants_json(request: Request) -> bool:
    """Whether a program asks, or our own script."""
    accepted = request.headers.get("accept", "")
    return request.url.path.startswith("/api/") or accepted.startswith("application/json")


def short(text: object, most: int = 60) -> str:
    """A text cut to so many characters, without what turns or hides the text around it."""
    clean = visible(text)
    return clean if len(clean) <= most else f"{clean[: most - 1]}…"


# Marks that turn the direction of text, or cannot be seen.
_DIRECTIONS = {ord(c): None for c in "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067"}
_DIRECTIONS |= {ord(c): None for c in "\u2068\u2069\ufeff\u061c"}


def visible(text: object) -> str:
    """A text on one line: what cannot be printed is shown as a box."""
    plain = ("" if text is None else str(text)).translate(_DIRECTIONS)
    return "".join(c if c.isprintable() else "\ufffd" if ord(c) > 32 else " " for c in plain)
