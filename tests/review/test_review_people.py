"""Who may do what: accounts, signing in, proxies, and wrong passwords."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from browsing import served
from fastapi.testclient import TestClient
from review_making import PERSON, Clerk, filled_report, opened_app
from shares import one_in
from typer.testing import CliRunner

from flows.commands.app import app as commands
from gouji.model import (
    WrongUsage,
)
from gouji.store import Role, Store
from review.guard import TRIES, TRIES_OF_ADDRESS, TooManyTries, Tries
from review.server import check_settings
from review.settings import ReviewSettings, networks

SHA = filled_report().source.sha256
SECURE = "https://review.example.org"


def test_without_accounts_it_listens_on_this_machine_only(tmp_path: Path) -> None:
    with Store.open(None, tmp_path) as store:
        for host in ("127.0.0.1", "localhost", "::1", "127.9.9.9"):
            check_settings(store, ReviewSettings(host=host))
        for host in ("0.0.0.0", "::", "192.168.1.4", "example.org"):
            with pytest.raises(WrongUsage, match="users add"):
                check_settings(store, ReviewSettings(host=host))
        store.accounts.add("a", Role.READER, "long enough a password")
        check_settings(store, ReviewSettings(host="0.0.0.0"))


def test_one_signs_in_works_and_signs_out(tmp_path: Path) -> None:
    with opened_app(tmp_path, filled_report(), host="0.0.0.0", base=SECURE) as (client, store):
        store.accounts.add("李四", Role.REVIEWER, "correct horse battery")
        asked = client.get(f"/report/{SHA}", follow_redirects=False)
        assert asked.headers["location"] == f"/sign-in?to=/report/{SHA}"
        assert client.get("/api/queue").status_code == 401
        given = {"name": "李四", "password": "correct horse battery", "to": f"/report/{SHA}"}
        wrong = client.post("/sign-in", data=given | {"password": "nonsense"})
        assert wrong.status_code == 403
        done = client.post("/sign-in", data=given, follow_redirects=False)
        assert done.headers["location"] == f"/report/{SHA}"
        cookie = done.headers["set-cookie"].lower()
        assert all(word in cookie for word in ("secure", "httponly", "samesite=lax"))
        clerk = Clerk(client, SHA)
        assert clerk.decide(PERSON, "confirm").status_code == 200
        assert store.reviews.newest()[0].made.who == "李四"
        clerk.view["csrf"] = "somebody else's"
        assert clerk.decide(PERSON, "blank").status_code == 403
        csrf = client.get("/session").json()["csrf"]
        assert client.post("/sign-out", data={"csrf": "wrong"}).status_code == 403
        assert client.post("/sign-out", data={"csrf": csrf}).status_code == 200
        assert client.get("/session", headers={"Accept": "application/json"}).status_code == 401


@pytest.mark.parametrize(
    "to", one_in(3, ["//evil.example", "https://evil.example", "/\\evil", "a", "/\nb"])
)
def test_signing_in_leads_nowhere_else(tmp_path: Path, to: str) -> None:
    with opened_app(tmp_path, host="0.0.0.0", base=SECURE) as (client, store):
        store.accounts.add("a", Role.READER, "correct horse battery")
        given = {"name": "a", "password": "correct horse battery", "to": to}
        done = client.post("/sign-in", data=given, follow_redirects=False)
        assert done.headers["location"] == "/"


def test_a_reader_may_look_and_not_decide(tmp_path: Path) -> None:
    with opened_app(tmp_path, filled_report(), host="0.0.0.0", base=SECURE) as (client, store):
        token = store.accounts.add_token(store.accounts.add("a", Role.READER, None), "test")
        client.headers["Authorization"] = f"Bearer {token}"
        assert client.get(f"/api/reports/{SHA}").status_code == 200
        wish = {"key": PERSON, "action": "confirm", "version": 0}
        assert client.post(f"/api/reports/{SHA}/decisions", json=wish).status_code == 403
        assert client.get("/audit/log.jsonl").status_code == 403
        client.headers["Authorization"] = "Bearer wrong"
        assert client.get("/api/queue").status_code == 401


def test_a_proxy_is_believed_from_its_address_only(tmp_path: Path) -> None:
    for proxies, status in ((networks(("10.0.0.0/8",)), 303), ((), 303)):
        with opened_app(
            tmp_path / str(len(proxies)), host="0.0.0.0", base=SECURE, proxies=proxies
        ) as (client, store):
            store.accounts.add("a", Role.READER, None)
            answer = client.get("/", headers={"X-Forwarded-User": "a"}, follow_redirects=False)
            assert answer.status_code == status
    believed = ReviewSettings(proxies=networks(("10.0.0.0/8", "::1")))
    assert believed.believes("10.2.3.4")
    assert believed.believes("::1")
    assert not believed.believes("11.2.3.4")
    assert not believed.believes("testclient")
    assert not believed.believes(None)
    with pytest.raises(WrongUsage, match="--proxy"):
        networks(("nonsense",))


def test_whom_a_believed_proxy_names_is_signed_in(tmp_path: Path) -> None:
    proxies = networks(("10.0.0.0/8", "fd00::7"))
    with opened_app(tmp_path, filled_report(), host="0.0.0.0", base=SECURE, proxies=proxies) as (
        client,
        store,
    ):
        store.accounts.add("a", Role.REVIEWER, None)

        def asked_from(address: str, **headers: str) -> TestClient:
            return TestClient(
                client.app, base_url=SECURE, client=(address, 4711), follow_redirects=False,
                headers={"X-Forwarded-User": "a", **headers},
            )  # fmt: skip

        for believed in ("10.0.0.2", "fd00::7"):
            assert asked_from(believed).get("/").status_code == 200
        assert Clerk(asked_from("10.0.0.2"), SHA).decide(PERSON, "confirm").status_code == 200
        assert store.reviews.newest()[0].made.who == "a"
        assert (
            asked_from("10.0.0.2", **{"X-Forwarded-User": "stranger"}).get("/").status_code == 403
        )
        for other in ("11.0.0.2", "127.0.0.1", "fd00::8", "::ffff:11.0.0.2", "nonsense"):
            forged = asked_from(
                other, **{"X-Forwarded-For": "10.0.0.2", "Forwarded": "for=10.0.0.2"}
            )
            assert forged.get("/").status_code == 303, other


@pytest.mark.slow
def test_the_server_itself_believes_no_address_that_a_header_names(tmp_path: Path) -> None:
    with Store.open(None, tmp_path) as store:
        store.save(filled_report())
        store.accounts.add("a", Role.ADMIN, None)
    forged = {"X-Forwarded-User": "a", "X-Forwarded-For": "10.0.0.2", "X-Real-IP": "10.0.0.2"}
    with served(tmp_path, options=("--proxy", "10.0.0.2")) as server:
        answer = httpx.get(f"{server.url}/", headers=forged)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?to=/")
    with served(tmp_path, options=("--proxy", "127.0.0.1")) as server:
        assert httpx.get(f"{server.url}/", headers=forged).status_code == 200


def test_wrong_passwords_are_counted_by_name_and_by_address() -> None:
    now = [0.0]
    tries = Tries(lambda: now[0])
    for _ in range(TRIES):
        tries.check("1.1.1.1", "a")
        tries.failed("1.1.1.1", "a")
    with pytest.raises(TooManyTries):
        tries.check("1.1.1.1", "a")
    tries.check("1.1.1.1", "b")
    tries.check("2.2.2.2", "a")
    for n in range(TRIES_OF_ADDRESS):
        tries.failed("3.3.3.3", str(n))
    with pytest.raises(TooManyTries):
        tries.check("3.3.3.3", "somebody new")
    now[0] = 1000.0
    tries.check("1.1.1.1", "a")
    tries.check("3.3.3.3", "a")


def test_too_many_tries_are_told_to_wait(tmp_path: Path) -> None:
    with opened_app(tmp_path, host="0.0.0.0", base=SECURE) as (client, store):
        store.accounts.add("a", Role.READER, None)
        given = {"name": "a", "password": "wrong"}
        for _ in range(TRIES):
            assert client.post("/sign-in", data=given).status_code == 403
        refused = client.post("/sign-in", data=given)
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 0


def test_accounts_are_added_listed_and_closed(tmp_path: Path) -> None:
    work = ["--work", str(tmp_path)]

    def run(*words: str, given: str = "") -> tuple[int, str]:
        done = CliRunner().invoke(commands, [*words, *work], input=given)
        return done.exit_code, done.output

    Store.open(None, tmp_path).close()
    assert run("users", "list")[1].startswith("No accounts: ")
    assert run("users", "add", "李四", "--role", "admin", given="long enough\n")[0] == 0
    assert run("users", "add", "bot", "--token", "nightly")[1].startswith("gouji_")
    assert run("users", "list")[1].splitlines() == ["bot\treviewer", "李四\tadmin"]
    assert run("users", "close", "bot")[0] == 0
    assert run("users", "list")[1].splitlines() == ["李四\tadmin"]
