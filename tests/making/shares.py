"""Long lists of cases of which `make test-fast` takes a share, and `make test` all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def one_in(share: int, cases: Iterable[Any]) -> list[Any]:
    """The cases for `pytest.mark.parametrize`: the first of every ``share``, the others slow."""
    return [
        pytest.param(
            *(case if isinstance(case, tuple) else (case,)),
            marks=[pytest.mark.slow] if number % share else [],
        )
        for number, case in enumerate(cases)
    ]
