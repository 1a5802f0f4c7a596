"""OpenCV without its stubs: they name wider types than its functions return for 8-bit pictures."""

from __future__ import annotations

from importlib import import_module
from typing import Any

cv2: Any = import_module("cv2")
