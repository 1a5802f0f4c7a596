"""Long lists of cases of which `make test-fast` takes a share, and `make test` all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def one_in(share: int, cases: Iterable[Any]) -> list[Any]:
    """The cases for `pytest.mark.parametrize`: the first of every ``share``, the others slow."""
    found = []
    for number, case in enumerate(cases):
        param = case if hasattr(case, "marks") else pytest.param(*_values(case))
        slow = [pytest.mark.slow] if number % share else []
        found.append(pytest.param(*param.values, marks=[*param.marks, *slow], id=param.id))
    return found


def _values(case: Any) -> tuple[Any, ...]:
    return case if isinstance(case, tuple) else (case,)
