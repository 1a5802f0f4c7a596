"""The settings of a run: from the command line, else from ``GOUJI_…`` in the environment.

Read here and nowhere else; what is below gets small dataclasses.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import SettingsConfigDict

from extractors.settings import ReadSettings
from gouji.model.errors import WrongUsage
from gouji.reconcile.calibration import load_calibration
from ocr.engines import EngineSettings
from ocr.models import default_folder

from .operating_settings import OperatingSettings
from .pool.process import Limits
from .pool.workers import processors

_READING, _LIMITS = ReadSettings(), Limits()


def calibration_file() -> Path:
    """``gouji/calibration.json`` in the user's folder of settings."""
    config_home = os.environ.get("XDG_CONFIG_HOME", "")
    base = Path(config_home) if os.path.isabs(config_home) else Path("~/.config").expanduser()
    return base / "gouji" / "calibration.json"


class Settings(OperatingSettings):
    """Everything that can be set, each as ``GOUJI_`` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="GOUJI_", frozen=True)

    work: Path = Path("gouji-work")
    database: str | None = None  # a URL; None: SQLite in the work folder
    workers: int = Field(default_factory=processors, ge=1, le=512)
    page_seconds: float = Field(_READING.page_seconds, gt=0, allow_inf_nan=False)
    document_seconds: float = Field(_READING.document_seconds, gt=0, allow_inf_nan=False)
    max_pages: int = Field(_READING.max_pages, ge=1)
    memory_mb: int = Field(_LIMITS.memory_mb, ge=0)  # a reading process gets no more; 0: no limit
    second_reader: bool = True
    third_reader: bool = True
    passwords: tuple[str, ...] = ()  # in the environment a JSON list
    models: Path = Field(default_factory=default_folder)  # weights of the OCR engines
    # a calibration of one's own, where there is one; written by `gouji calibrate`
    calibration: Path = Field(default_factory=calibration_file)
    max_error: float | None = Field(None, gt=0, lt=1)  # among accepted cells
    budget: float | None = Field(None, ge=0, lt=1)  # share of the cells that people look at
    # share of decided cells that a second person decides too, without seeing the first's decision
    double_review: float = Field(0.0, ge=0, le=1)
    ocr_engine: Literal["auto", "openvino", "paddle"] = "auto"  # auto: the fastest that is there
    ocr_threads: int = Field(1, ge=1, le=512)  # of a reading process
    ocr_recognition: str | None = None  # another of PaddleOCR's recognisers, by its name
    ocr_detection: str | None = None  # another of PaddleOCR's detectors, by its name

    def reading(self) -> ReadSettings:
        """What a reading depends on."""
        return ReadSettings(
            second_reader=self.second_reader,
            third_reader=self.third_reader,
            max_pages=self.max_pages,
            page_seconds=self.page_seconds,
            document_seconds=self.document_seconds,
            passwords=self.passwords,
            ocr=self.engine(),
            calibration=self.own_calibration(),
            accept=self.accept(),
        )

    def own_calibration(self) -> Path | None:
        """The calibration of one's own; None: the package's.

        Raises:
            CalibrationUnusable: it is damaged, or of another version.
            OSError: it cannot be read.
        """
        if not self.calibration.exists():
            return None
        load_calibration(self.calibration)
        return self.calibration

    def accept(self) -> str:
        """What decides which cells are accepted; empty: the usual limit of confidence."""
        if self.max_error is not None:
            return f"max_error={self.max_error!r}"
        return "" if self.budget is None else f"budget={self.budget!r}"

    def accepting_as_usual(self) -> Settings:
        """The same without an error rate or a budget, which only `gouji read` knows to keep."""
        return self.model_copy(update={"max_error": None, "budget": None})

    def engine(self) -> EngineSettings:
        """Which OCR engine reads scanned pages, and with which weights."""
        return EngineSettings(
            engine=self.ocr_engine,
            models=self.models,
            threads=self.ocr_threads,
            recognition=self.ocr_recognition,
            detection=self.ocr_detection,
        )

    def limits(self) -> Limits:
        """What the reading processes are held to."""
        return Limits(
            page_seconds=self.page_seconds,
            document_seconds=self.document_seconds,
            memory_mb=self.memory_mb,
        )


def load_settings(**given: Any) -> Settings:
    """The settings; what is given and not None comes before the environment.

    Raises:
        WrongUsage: a value makes no sense.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        if not first["loc"]:  # what does not fit together; its input would be all of the settings
            raise WrongUsage(f"{first['msg'].removeprefix('Value error, ')}.") from None
        name = str(first["loc"][0])
        option = f"--{name.replace('_', '-')} or GOUJI_{name.upper()}"
        raise WrongUsage(f"{option}: {first['msg']} (given: {first['input']!r}).") from error
    except ValueError as error:  # pydantic-settings: JSON that is none
        raise WrongUsage(f"The environment: {' '.join(str(error).split())}.") from error


def as_environment(settings: Settings) -> dict[str, str]:
    """The settings as a process started from here finds them; folders as absolute paths."""
    found = {}
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            value = value.get_secret_value()
        if isinstance(value, Path):
            value = value.absolute()
        if isinstance(value, tuple | bool):
            value = json.dumps(value, ensure_ascii=False)
        if value is not None:
            found[f"GOUJI_{name.upper()}"] = str(value)
    return found
