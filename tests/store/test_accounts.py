"""Accounts: passwords, sessions and tokens as hashes, and what ends them."""

from __future__ import annotations

import pytest
from decision_making import light, store
from hypothesis import given, settings
from hypothesis import strategies as st
from shares import one_in
from sqlalchemy import text

from gouji.model import (
    WrongUsage,
)
from gouji.store import (
    Role,
    Store,
)
from gouji.store.accounts import hashed, matches

__all__ = ["light", "store"]


def test_passwords_are_kept_as_scrypt_hashes(store: Store) -> None:
    store.accounts.add("李四", Role.REVIEWER, "correct horse battery")
    with store._engine.connect() as connection:
        kept = connection.scalar(text("SELECT password FROM account"))
    assert kept.startswith("scrypt$16384$8$1$")
    assert "horse" not in kept
    assert store.accounts.sign_in("李四", "wrong horse battery") is None
    assert store.accounts.sign_in("王五", "correct horse battery") is None
    signed_in = store.accounts.sign_in("李四", "correct horse battery")
    assert signed_in is not None
    secret, session = signed_in
    assert session.account.role is Role.REVIEWER
    assert store.accounts.session(secret) == session
    store.accounts.end_session(secret)
    assert store.accounts.session(secret) is None


@pytest.mark.slow
@settings(max_examples=4)
@given(st.text(max_size=40), st.text(max_size=40))
def test_only_the_password_itself_matches(one: str, other: str) -> None:
    assert matches(one, hashed(one))
    assert matches(other, hashed(one)) == (one == other)


def test_an_account_that_is_closed_opens_nothing(store: Store) -> None:
    who = store.accounts.add("a", Role.ADMIN, None)
    secret, _ = store.accounts.begin_session(who)
    token = store.accounts.add_token(who, "cron")
    assert store.accounts.token_owner(token) == who
    assert store.accounts.close_account("a")
    assert not store.accounts.close_account("a")
    assert store.accounts.session(secret) is None
    assert store.accounts.token_owner(token) is None
    assert not store.accounts.there_are_any()


def test_a_session_ends_by_itself(store: Store) -> None:
    secret, _ = store.accounts.begin_session(store.accounts.add("a", Role.READER, None))
    past = "2001-01-01 00:00:00"
    with store._engine.begin() as connection:
        connection.execute(text(f"UPDATE session SET expires_at = '{past}'"))
    assert store.accounts.session(secret) is None


@pytest.mark.parametrize("name", one_in(3, ["", " ", "a ", "a\nb", "a\0b", "\ud800", "x" * 65]))
def test_names_that_are_none_are_refused(store: Store, name: str) -> None:
    with pytest.raises(WrongUsage):
        store.accounts.add(name, Role.READER, None)
    assert store.accounts.named(name) is None
    assert store.accounts.sign_in(name, "some password") is None


def test_a_name_is_given_once_and_a_password_is_long_enough(store: Store) -> None:
    store.accounts.add("a", Role.READER, None)
    with pytest.raises(WrongUsage, match="already"):
        store.accounts.add("a", Role.ADMIN, None)
    with pytest.raises(WrongUsage, match="10 characters"):
        store.accounts.add("b", Role.READER, "short")


def test_roles_may_what_the_ones_before_may() -> None:
    assert [Role.REVIEWER.may(role) for role in Role] == [True, True, False]


def test_sessions_and_tokens_are_kept_as_hashes_only(store: Store) -> None:
    who = store.accounts.add("a", Role.ADMIN, None)
    secrets = (store.accounts.begin_session(who)[0], store.accounts.add_token(who, "cron"))
    with store._engine.connect() as connection:
        rows = [
            str(tuple(row))
            for table in ("session", "api_token")
            for row in connection.execute(text(f"SELECT * FROM {table}"))
        ]
    assert len(rows) == 2
    for secret in secrets:
        assert len(secret) >= 32
        assert not any(secret[-20:] in row for row in rows)
