"""What a route asks of its visitor, as FastAPI dependencies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Path, Request

from gouji.store import Role

from .guard import NotAllowed, Visitor

if TYPE_CHECKING:
    from .app import Services


def services_of(request: Request) -> Services:
    """What the application works with."""
    found: Services = request.app.state.services
    return found


class _Needed:
    """Lets those pass who have a role, with requests of their own doing."""

    def __init__(self, role: Role) -> None:
        self._role = role

    def __call__(self, request: Request) -> Visitor:
        guard = services_of(request).guard
        visitor = guard.visitor(request)
        guard.check_own(request, visitor, None)
        if not visitor.role.may(self._role):
            raise NotAllowed
        return visitor


Reader = Annotated[Visitor, Depends(_Needed(Role.READER))]
Reviewer = Annotated[Visitor, Depends(_Needed(Role.REVIEWER))]
Admin = Annotated[Visitor, Depends(_Needed(Role.ADMIN))]
Sha256 = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]
