"""Telling people: a line to a webhook, a mail, or both. What cannot be delivered is logged.

A message never fails the run that it is about: whoever waits for it looks into the log then.
"""

from __future__ import annotations

import json
import logging
import smtplib
import ssl
import urllib.request
from dataclasses import asdict, dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from gouji import __version__

from .operating_settings import OperatingSettings
from .output import printable
from .pool.worker import one_line

log = logging.getLogger("flows.notify")

PATIENCE = 10.0  # seconds for a server that does not answer


class Occasion(StrEnum):
    """What a message is about; the field `occasion` of the webhook's JSON."""

    RUN_FAILED = "run_failed"
    LONG_QUEUE = "long_queue"


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be told; ``text`` is one line."""

    occasion: Occasion
    text: str
    details: str = ""
    link: str | None = None

    @property
    def plain(self) -> str:
        """All of it as plain text."""
        lines = (self.text, self.details, self.link or "")
        return "\n\n".join(line for line in lines if line) + "\n"


def notify(settings: OperatingSettings, message: Message) -> int:
    """Tell everybody the settings name; the number of those that took it."""
    told = 0
    if settings.webhook_url is not None:
        told += _tried("webhook", _post, settings.webhook_url.get_secret_value(), message)
    if settings.mail_server is not None:
        told += _tried("mail", _mail, settings, message)
    return told


def _tried(name: str, deliver: object, *arguments: object) -> bool:
    try:
        deliver(*arguments)  # type: ignore[operator]
    except Exception as error:
        log.error("the %s could not be delivered: %s", name, one_line(error))
        return False
    return True


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A webhook that sends us elsewhere might have us knock on doors inside."""

    def redirect_request(self, *_: object) -> None:
        return None


def _post(url: str, message: Message) -> None:
    """POST the message as JSON; `text` is what chat programs show.

    Raises:
        OSError: nobody takes it (`urllib.error.HTTPError` is one).
    """
    body = json.dumps({**asdict(message), "gouji": __version__}, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", "User-Agent": f"gouji/{__version__}"}
    request = urllib.request.Request(url, body, headers, method="POST")
    opener = urllib.request.build_opener(_NoRedirects)
    with opener.open(request, timeout=PATIENCE) as answer:
        answer.read(1024)


def _mail(settings: OperatingSettings, message: Message) -> None:
    """Send the message as a mail.

    Raises:
        OSError: the server is not there, or refuses (`smtplib.SMTPException` is one).
    """
    assert settings.mail_server is not None
    server = urlsplit(settings.mail_server.get_secret_value())
    mail = EmailMessage()
    mail["Subject"] = f"gouji: {printable(message.text)[:200]}"
    mail["From"] = settings.mail_from
    mail["To"] = ", ".join(settings.mail_to)
    mail["Date"] = formatdate()
    mail["Message-ID"] = make_msgid(domain="gouji.invalid")
    mail.set_content(message.plain)
    host, tls = server.hostname or "", ssl.create_default_context()
    connection: smtplib.SMTP
    if server.scheme == "smtps":
        connection = smtplib.SMTP_SSL(host, server.port or 465, timeout=PATIENCE, context=tls)
    else:
        connection = smtplib.SMTP(host, server.port or 25, timeout=PATIENCE)
    with connection:
        if server.scheme == "smtp+starttls":
            connection.starttls(context=tls)
        if server.username:
            connection.login(unquote(server.username), unquote(server.password or ""))
        connection.send_message(mail)
