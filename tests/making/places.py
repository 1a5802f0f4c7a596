"""Where things are: the checkout, its samples, and reports beside it that are not part of it."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples" / "digital"
SHARED = ROOT.parent / "shared" / "data"  # tests that read it skip where it is absent
MAKING = Path(__file__).parent
# What a Python of its own has to search for our packages and for what stands beside this file.
PYTHON_PATH = os.pathsep.join((str(MAKING), str(ROOT)))
