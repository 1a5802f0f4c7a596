"""The flow on Dask: one option, several processes, a worker that is killed in the middle.

What needs Prefect is imported where it is used: it takes more than a second.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from places import MAKING, SAMPLES
from serving import clean_environment

from flows.settings import load_settings
from flows.sources import Found
from gouji.model import WrongUsage


def test_workers_elsewhere_need_a_store_that_they_can_reach() -> None:
    from flows.runs.far import dask_runner

    settings = load_settings(dask="tcp://10.0.0.5:8786")
    with pytest.raises(WrongUsage, match="cannot share a SQLite file"), dask_runner(settings):
        pass
    with (
        pytest.raises(WrongUsage, match="no address of a Dask scheduler"),
        dask_runner(load_settings(dask="scheduler")),
    ):
        pass


def test_batches_tell_paths_that_do_not_depend_on_where_a_worker_runs(tmp_path: Path) -> None:
    from flows.runs.far import far_batches

    files = [Found(Path(f"{n}.pdf"), Path(f"{n}.pdf")) for n in range(5)]
    batches = list(far_batches(files, 2, 7, load_settings(), again=False))
    assert [len(batch.files) for batch in batches] == [2, 2, 1]
    assert batches[0].files[0] == (str(Path("0.pdf").absolute()), "0.pdf")
    assert batches[0].named == "0.pdf and 1 more"
    assert batches[2].named == "4.pdf"
    assert {batch.run_id for batch in batches} == {7}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_cluster_of_processes_reads_everything_once_though_a_worker_is_killed(
    tmp_path: Path, postgres_url: str
) -> None:
    if not list(SAMPLES.glob("*.pdf")):
        pytest.skip("no samples made")
    done = subprocess.run(
        [sys.executable, MAKING / "dask_facts.py", postgres_url, str(SAMPLES)],
        cwd=tmp_path,
        env=clean_environment(tmp_path / "prefect"),
        capture_output=True,
        text=True,
        timeout=800,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    facts = json.loads(done.stdout.splitlines()[-1])
    assert facts["killed"] == 1
    assert (facts["stored"], facts["twice"]) == (25, [])
    assert facts["failed"] == 0
    assert facts["tasks"] == 24 + 1  # those of the archive are read where it was unpacked
    assert facts["again"] == [1, 0]
    assert {"extract", "form", "store"} <= set(facts["stages"])
