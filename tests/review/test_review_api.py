"""The API for programs, and the log taken out."""

from __future__ import annotations

import json
from pathlib import Path

from review_making import PERSON, Clerk, filled_report, opened_app
from typer.testing import CliRunner

from flows.commands.app import app as commands

SHA = filled_report().source.sha256


def test_the_api_speaks_the_terms_of_the_contract(tmp_path: Path) -> None:
    with opened_app(tmp_path, filled_report()) as (client, _):
        described = client.get("/api/openapi.json").json()
        cell = described["components"]["schemas"]["Cell"]["properties"]
        reading = client.get(f"/api/reports/{SHA}").json()
        assert set(cell) == set(reading["cells"][0])
        csrf = {"X-CSRF-Token": client.get("/session").json()["csrf"]}
        wish = {"key": PERSON, "action": "correct", "text": "5", "version": 0, "why": "看得清"}
        made = client.post(f"/api/reports/{SHA}/decisions", json=wish, headers=csrf)
        assert made.status_code == 201
        assert made.json()["after"] == {"value": 5, "kind": "number", "state": "corrected"}
        again = client.post(f"/api/reports/{SHA}/decisions", json=wish, headers=csrf)
        assert again.status_code == 409
        assert again.json()["version"] == 1
        (cell,) = [
            c for c in client.get(f"/api/reports/{SHA}").json()["cells"] if c["key"] == PERSON
        ]
        assert (cell["value"], cell["as_read"], cell["state"]) == (5, "0", "corrected")
        assert [d["number"] for d in client.get("/api/decisions").json()] == [1]
        assert len(client.get(f"/api/reports/{SHA}/decisions").json()) == 1
        (queued,) = client.get("/api/queue").json()["reports"]
        assert queued["decided_cells"] == 1


def test_the_log_can_be_taken_out_and_verified(tmp_path: Path) -> None:
    with opened_app(tmp_path, filled_report()) as (client, _):
        clerk = Clerk(client, SHA)
        for key in clerk.view["order"]:
            clerk.decide(key, "confirm")
        assert "3 项决定" in client.get("/audit/verify").text
        lines = client.get("/audit/log.jsonl").text.splitlines()
        hashes = [json.loads(line)["hash"] for line in lines]
        assert [json.loads(line)["previous_hash"] for line in lines[1:]] == hashes[:-1]
    work = ["--work", str(tmp_path)]
    done = CliRunner().invoke(commands, ["audit", "verify", *work])
    assert done.exit_code == 0
    head = done.stdout.split()[-1]
    assert head == f"3:{hashes[-1]}"
    assert CliRunner().invoke(commands, ["audit", "verify", "--head", head, *work]).exit_code == 0
    for wrong in (f"3:{'0' * 64}", f"4:{hashes[-1]}"):
        done = CliRunner().invoke(commands, ["audit", "verify", "--head", wrong, *work])
        assert done.exit_code == 1
