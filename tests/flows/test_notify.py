"""Messages: to a webhook and to a mail server on loopback, and to servers that misbehave."""

from __future__ import annotations

import email
import email.policy
import json
import logging
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from stored_readings import cell, report

from flows import notify
from flows.notify import Message, Occasion
from flows.runs import hooks
from flows.settings import Settings, as_environment, load_settings
from gouji.model import WrongUsage
from gouji.store import QueueTotals, Store

MESSAGE = Message(
    Occasion.RUN_FAILED, "publish “夜” ended as Failed\r\nBcc: all@example.org", "why", "http://a/b"
)


@contextmanager
def webhook(status: int = 200, location: str = "") -> Iterator[tuple[str, list[Any]]]:
    """A web server that answers with a status, and what was posted to it."""
    posted: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            posted.append((self.path, json.loads(self.rfile.read(length))))
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/hook?token=secret", posted
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def mail_server(refuse: bool = False) -> Iterator[tuple[str, list[tuple[list[str], bytes]]]]:
    """As much of SMTP as a client needs; what it was sent, and for whom."""
    taken: list[tuple[list[str], bytes]] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            people: list[str] = []
            while line := self.rfile.readline():
                word = line.split(b":")[0].split()[0].upper()
                if word == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    body = b""
                    while (line := self.rfile.readline()) not in (b".\r\n", b""):
                        body += line
                    taken.append((people, body))
                elif word == b"RCPT":
                    if refuse:
                        self.wfile.write(b"550 nobody of that name\r\n")
                        continue
                    people.append(line.decode().strip())
                elif word == b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                self.wfile.write(b"250 fine\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"smtp://127.0.0.1:{server.server_address[1]}", taken
        finally:
            server.shutdown()
            thread.join()


def told(**given: Any) -> Settings:
    return load_settings(**given)


def by_mail(server: str) -> Settings:
    return told(mail_server=server, mail_from="gouji@example.org", mail_to=("a@x.org", "b@x.org"))


def test_a_webhook_is_told_as_json() -> None:
    with webhook() as (url, posted):
        assert notify.notify(told(webhook_url=url), MESSAGE) == 1
    path, body = posted[0]
    assert path == "/hook?token=secret"
    assert (body["occasion"], body["text"]) == ("run_failed", MESSAGE.text)
    assert body["link"] == "http://a/b"


def test_a_mail_is_sent_to_everybody_and_its_subject_stays_one_line() -> None:
    with mail_server() as (server, taken):
        assert notify.notify(by_mail(server), MESSAGE) == 1
    people, raw = taken[0]
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert len(people) == 2
    assert mail["Bcc"] is None
    assert "publish “夜” ended as Failed" in mail["Subject"]
    assert "why" in mail.get_content()
    assert "http://a/b" in mail.get_content()


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_webhook_that_refuses_is_logged_without_its_secret(
    status: int, caplog: pytest.LogCaptureFixture
) -> None:
    with webhook(200) as (elsewhere, posted), webhook(status, elsewhere) as (url, _):
        assert notify.notify(told(webhook_url=url), MESSAGE) == 0
    assert posted == []
    assert "could not be delivered" in caplog.text
    assert "secret" not in caplog.text


def test_servers_that_are_not_there_or_refuse_are_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        assert notify.notify(told(webhook_url=f"http://127.0.0.1:{port}/"), MESSAGE) == 0
        assert notify.notify(by_mail(f"smtp://127.0.0.1:{port}"), MESSAGE) == 0
    with mail_server(refuse=True) as (server, taken):
        assert notify.notify(by_mail(server), MESSAGE) == 0
    assert taken == []
    assert caplog.text.count("could not be delivered") == 3


def test_a_server_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notify, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert notify.notify(told(webhook_url=f"http://127.0.0.1:{port}/"), MESSAGE) == 0
        assert notify.notify(by_mail(f"smtp://127.0.0.1:{port}"), MESSAGE) == 0


def test_a_run_that_failed_is_told_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    run: Any = SimpleNamespace(name="check across 2023", id="1-2-3")
    state: Any = SimpleNamespace(name="Crashed", message="StoreUnavailable:\n the disk is full")
    flow: Any = SimpleNamespace(name="check_across")
    with webhook() as (url, posted):
        monkeypatch.setenv("GOUJI_WEBHOOK_URL", url)
        hooks.tell_of_failure(flow, run, state)
    body = posted[0][1]
    assert "check_across “check across 2023” ended as Crashed" in body["text"]
    assert "StoreUnavailable: the disk is full" in body["text"]


def test_nothing_that_goes_wrong_in_telling_reaches_the_run(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)  # there is no store here
    nobody: Any = None
    hooks.tell_of_failure(nobody, nobody, nobody)
    hooks.tell_of_a_long_queue(nobody, nobody, nobody)
    assert caplog.text.count("nobody could be told") == 2


def totals(reports: int) -> QueueTotals:
    return QueueTotals(reports, 3 * reports, 0, reports / 2, 0)


def test_a_long_queue_is_told_once_until_it_was_short(tmp_path: Path) -> None:
    with webhook() as (url, posted):
        settings = told(work=tmp_path, webhook_url=url, queue_alarm=10, review_url="http://r/")
        waits = (9, 10, 50, 11, 3, 12)
        said = [hooks.told_of_the_queue(settings, totals(number)) for number in waits]
    assert said == [False, True, False, False, False, True]
    assert [body["text"].split()[0] for _, body in posted] == ["10", "12"]
    assert posted[0][1]["occasion"] == "long_queue"
    assert posted[0][1]["link"] == "http://r"


def test_a_message_that_nobody_took_is_told_again(tmp_path: Path) -> None:
    settings = told(work=tmp_path, webhook_url="http://127.0.0.1:9/", queue_alarm=1)
    assert not hooks.told_of_the_queue(settings, totals(5))
    with webhook() as (url, posted):
        settings = told(work=tmp_path, webhook_url=url, queue_alarm=1)
        assert hooks.told_of_the_queue(settings, totals(5))
    assert len(posted) == 1


def test_the_queue_of_the_store_is_asked_after_a_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with Store.open(None, tmp_path) as store:
        store.save(report("a", cells=(cell("applications/requests_received/total", 3),)))
    nobody: Any = None
    with webhook() as (url, posted):
        for name, value in (("WORK", str(tmp_path)), ("WEBHOOK_URL", url), ("QUEUE_ALARM", "1")):
            monkeypatch.setenv(f"GOUJI_{name}", value)
        hooks.tell_of_a_long_queue(nobody, nobody, nobody)
    assert posted[0][1]["text"].startswith("1 reports wait for review")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"webhook_url": "ftp://host"}, "--webhook-url or GOUJI_WEBHOOK_URL"),
        ({"review_url": "host"}, "is no http or https address"),
        ({"mail_server": "smtp://host"}, "needs GOUJI_MAIL_FROM and GOUJI_MAIL_TO"),
        ({"mail_server": "imap://u:very-secret@host"}, "is no address such as smtp://host:25"),
        ({"metrics_port": 0}, "--metrics-port"),
    ],
)
def test_settings_that_make_no_sense_are_told_without_a_password(
    given: dict[str, Any], message: str
) -> None:
    with pytest.raises(WrongUsage, match=message) as caught:
        load_settings(passwords=("very-secret",), **given)
    assert "very-secret" not in str(caught.value)


def test_settings_reach_a_process_by_its_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings(
        work=Path("w"), passwords=("密", "b"), second_reader=False, webhook_url="http://h/?t=1",
        mail_to=("a@b",), max_pages=7,
    )  # fmt: skip
    for name, value in as_environment(settings).items():
        monkeypatch.setenv(name, value)
    again = load_settings()
    assert again.model_copy(update={"work": settings.work, "published": settings.published}) == (
        settings
    )
    assert again.work == tmp_path / "w"


def test_secrets_are_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    settings = told(webhook_url="http://h/?token=secret")
    logging.getLogger("flows.notify").error("%r %s", settings, settings)
    assert "token=secret" not in caplog.text
