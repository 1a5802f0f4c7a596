"""`gouji models`: the weights of the OCR engines, fetched and listed."""

from __future__ import annotations

import json
from dataclasses import asdict

from gouji.model.errors import WrongUsage
from ocr.models import catalogue, fetch, missing

from ..output import printable
from ..settings import Settings
from .terminal import console


def fetch_models(settings: Settings, source: str | None, index: str | None) -> int:
    """Fetch what is missing, and say on standard error what was done.

    Raises:
        EngineMissing: the weights cannot be had.
        WrongUsage: two sources are given.
    """
    if source is not None and index is not None:
        raise WrongUsage("--from and --index exclude each other.")
    fetched = fetch(settings.models, source, index)
    screen = console(errors=True)
    for model in fetched:
        screen.print(f"{model.file}: from {model.wheel.package} {model.wheel.version}")
    there = len(catalogue())
    where = printable(settings.models)
    screen.print(f"{there} models in {where}, {len(fetched)} of them new.", markup=False)
    return 0


def list_models(settings: Settings, *, as_json: bool) -> int:
    """Print the models; 0, or 3 when one is missing or damaged."""
    absent = missing(settings.models)
    rows = [
        {
            **asdict(model),
            "path": printable(settings.models / model.file),
            "there": model not in absent,
        }
        for model in catalogue().values()
    ]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return 3 if absent else 0
    for model in catalogue().values():
        path = settings.models / model.file
        state = "there" if model not in absent else "damaged" if path.exists() else "not there"
        source = f"{model.wheel.package} {model.wheel.version}"
        print(f"{model.role:12} {state:9} {model.name:22} {source:25} {printable(path)}")
    return 3 if absent else 0
