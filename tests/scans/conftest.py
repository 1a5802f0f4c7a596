"""What the tests of scans share."""

from __future__ import annotations

import pytest

from gouji.model.errors import EngineMissing
from ocr.engine import Engine
from ocr.engines import default_engine


@pytest.fixture(scope="module")
def engine() -> Engine:
    """The engine that users get by default."""
    try:
        return default_engine()
    except EngineMissing as missing:
        pytest.skip(f"no OCR engine: {missing}")
