"""What an installation that runs by itself can be told: where to publish, whom to tell, metrics."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings


class OperatingSettings(BaseSettings):
    """Part of `Settings`; each can be set as ``GOUJI_`` and its name in capitals."""

    inbox: str = "gouji-inbox"  # folder or URL that `gouji serve` watches
    published: Path = Path("gouji-published")  # the folder that the flow `publish` replaces
    # where people reach the review application; an address in a workbook may not be longer
    review_url: str | None = Field(None, max_length=150)
    webhook_url: SecretStr | None = None  # is told of failed runs and of a long queue
    mail_server: SecretStr | None = None  # smtp://, smtp+starttls:// or smtps://user:password@host
    mail_from: str | None = None
    mail_to: tuple[str, ...] = ()  # in the environment a JSON list
    queue_alarm: int = Field(200, ge=1)  # reports that wait for review: from here on it is told
    files: str | None = None  # folder or URL (s3://…) of the documents; None: in the work folder
    dask: str | None = None  # tcp://scheduler:8786, or `local`: tasks go to Dask workers
    log: Literal["text", "json"] | None = None  # of flow runs, on their standard error
    metrics_file: Path | None = None  # for the textfile collector of node_exporter
    metrics_port: int | None = Field(None, ge=1, le=65535)  # of `gouji serve`, on loopback
    server_port: int = Field(4200, ge=1, le=65535)  # of the Prefect server `gouji serve` starts

    @field_validator("review_url")
    @classmethod
    def _is_a_page(cls, url: str | None) -> str | None:
        if url is None:
            return None
        if not re.fullmatch(r"https?://[^\s\"]+", url):
            raise ValueError("is no http or https address")
        return url.rstrip("/")

    @field_validator("webhook_url")
    @classmethod
    def _is_a_webhook(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and urlsplit(url.get_secret_value()).scheme not in ("http", "https"):
            raise ValueError("is no http or https address")
        return url

    @model_validator(mode="after")
    def _mail_is_complete(self) -> Self:
        if self.mail_server is None:
            return self
        parts = urlsplit(self.mail_server.get_secret_value())
        if parts.scheme not in ("smtp", "smtp+starttls", "smtps") or not parts.hostname:
            raise ValueError("GOUJI_MAIL_SERVER is no address such as smtp://host:25")
        if not (self.mail_from and self.mail_to):
            raise ValueError("GOUJI_MAIL_SERVER needs GOUJI_MAIL_FROM and GOUJI_MAIL_TO")
        return self
