"""The pool of reading processes, with readers that crash, hang, raise and eat memory."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from misbehaving import five_pages, needs_an_engine, quick
from places import PYTHON_PATH
from shares import one_in

from flows.pool.process import Limits
from flows.pool.workers import Outcome, WorkerPool
from gouji.model import DocumentReading, FailureKind, GoujiError, InstallationIncomplete

Write = Callable[..., Path]


@pytest.fixture
def document(tmp_path: Path) -> Write:
    """Write a document that says what is to happen on its pages: ``document(p4="exit")``."""

    def write(name: str = "a.txt", **deeds: str) -> Path:
        path = tmp_path / name
        lines = "".join(f"{page[1:]} {deed}\n" for page, deed in deeds.items())
        path.write_text(f"{name}\n{lines}")
        return path

    return write


@pytest.fixture(scope="module", autouse=True)
def _spawn_without_pytest() -> Iterator[None]:
    """A spawned process imports the main module again: pytest's takes 0.2 s each time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delattr(sys.modules["__main__"], "__file__", raising=False)
        yield


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool[DocumentReading]]:
    limits = Limits(page_seconds=1.5, document_seconds=3.6, grace=0.0)
    with WorkerPool(five_pages, None, workers=2, limits=limits) as pool:
        yield pool


def read_one(pool: WorkerPool[DocumentReading], path: Path) -> Outcome[DocumentReading]:
    (outcome,) = pool.read([path])
    return outcome


def pages_read(outcome: Outcome[DocumentReading]) -> list[int]:
    assert outcome.result is not None
    return [int(str(cell.value)) for cell in outcome.result.cells]


def complaints(outcome: Outcome[DocumentReading]) -> list[tuple[int | None, FailureKind]]:
    return [(f.page, f.kind) for f in outcome.failures]


def test_a_good_document_comes_back_whole(
    pool: WorkerPool[DocumentReading], document: Write
) -> None:
    before = pool.pages_begun
    outcome = read_one(pool, document())
    assert pages_read(outcome) == [1, 2, 3, 4, 5]
    assert outcome.failures == ()
    assert pool.pages_begun - before == 5


@pytest.mark.parametrize(
    ("deed", "how"), [("exit", "status 7"), ("segfault", "SIGSEGV"), ("kill", "SIGKILL")]
)
def test_a_page_that_kills_its_process_is_left_out(
    pool: WorkerPool[DocumentReading], document: Write, deed: str, how: str
) -> None:
    outcome = read_one(pool, document(p4=deed))
    assert pages_read(outcome) == [1, 2, 3, 5]
    assert complaints(outcome) == [(4, FailureKind.WORKER_DIED)]
    assert how in outcome.failures[0].message


@pytest.mark.parametrize("deed", one_in(2, ["hang", "spin"]))
def test_a_page_that_hangs_is_left_out(
    pool: WorkerPool[DocumentReading], document: Write, deed: str
) -> None:
    outcome = read_one(pool, document(p2=deed))
    assert pages_read(outcome) == [1, 3, 4, 5]
    assert complaints(outcome) == [(2, FailureKind.PAGE_TIMEOUT)]


def test_a_page_that_eats_memory_is_left_out(document: Write) -> None:
    with WorkerPool(five_pages, None, workers=1, limits=Limits(memory_mb=96)) as pool:
        outcome = read_one(pool, document(p3="eat"))
    assert pages_read(outcome) == [1, 2, 4, 5]
    assert complaints(outcome) == [(3, FailureKind.OUT_OF_MEMORY)]


def test_a_page_on_which_the_reader_raises_is_left_out_and_told_in_one_line(
    pool: WorkerPool[DocumentReading], document: Write
) -> None:
    outcome = read_one(pool, document(p1="raise"))
    assert pages_read(outcome) == [2, 3, 4, 5]
    assert complaints(outcome) == [(1, FailureKind.INTERNAL)]
    assert outcome.failures[0].message == "ValueError: the page makes no sense"


def test_several_bad_pages_cost_only_themselves(
    pool: WorkerPool[DocumentReading], document: Write
) -> None:
    outcome = read_one(pool, document(p1="exit", p3="kill", p5="raise"))
    assert pages_read(outcome) == [2, 4]
    assert [page for page, _ in complaints(outcome)] == [1, 3, 5]


def test_a_document_that_goes_on_costing_processes_is_given_up(document: Write) -> None:
    with WorkerPool(five_pages, None, workers=1, limits=Limits(lost_pages=2)) as pool:
        outcome = read_one(pool, document(p1="exit", p2="exit", p3="exit"))
    assert outcome.result is None
    assert complaints(outcome) == [
        (1, FailureKind.WORKER_DIED),
        (2, FailureKind.WORKER_DIED),
        (None, FailureKind.WORKER_DIED),
    ]


def test_dying_before_the_first_page_fails_the_document(
    pool: WorkerPool[DocumentReading], document: Write
) -> None:
    outcome = read_one(pool, document(p0="exit"))
    assert outcome.result is None
    assert complaints(outcome) == [(None, FailureKind.WORKER_DIED)]


@pytest.mark.slow
def test_a_document_that_hangs_before_its_first_page_times_out_as_a_whole(
    pool: WorkerPool[DocumentReading], document: Write
) -> None:
    outcome = read_one(pool, document(p0="hang"))
    assert complaints(outcome) == [(None, FailureKind.DOCUMENT_TIMEOUT)]


@pytest.mark.slow
def test_many_slow_pages_time_out_the_document(
    pool: WorkerPool[DocumentReading], document: Write
) -> None:
    slow = {f"p{page}": "sleep 0.9" for page in range(1, 6)}
    outcome = read_one(pool, document(**slow))
    assert outcome.result is None
    assert complaints(outcome) == [(None, FailureKind.DOCUMENT_TIMEOUT)]


def test_a_damaged_document_is_not_tried_again(
    pool: WorkerPool[DocumentReading], document: Write
) -> None:
    outcome = read_one(pool, document(p2="damaged"))
    assert complaints(outcome) == [(None, FailureKind.DAMAGED)]
    assert outcome.failures[0].message == "the cross-reference table is gone"


@pytest.mark.parametrize("special", ["missing", "folder", "pipe", "no rights", "device"])
def test_what_is_no_readable_file_fails_alone(
    pool: WorkerPool[DocumentReading], tmp_path: Path, special: str
) -> None:
    path = tmp_path / special
    match special:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "device":
            path = Path("/dev/zero")
        case "no rights":
            if os.geteuid() == 0:
                pytest.skip("root may read everything")
            path.touch(mode=0)
    outcome = read_one(pool, path)
    assert complaints(outcome) == [(None, FailureKind.NOT_READABLE)]
    assert "\n" not in outcome.failures[0].message


def test_bad_documents_leave_the_others_alone_and_the_order_kept(
    pool: WorkerPool[DocumentReading], document: Write
) -> None:
    bad = {3: {"p2": "exit"}, 7: {"p1": "hang"}, 11: {"p0": "segfault"}}
    paths = [document(f"{n}.txt", **bad.get(n, {})) for n in range(20)]
    outcomes = list(pool.read(paths))
    assert [o.path for o in outcomes] == paths
    assert [n for n, o in enumerate(outcomes) if o.failures] == [3, 7, 11]
    assert [n for n, o in enumerate(outcomes) if o.result is None] == [11]


def test_a_slow_document_does_not_hold_up_the_others(
    pool: WorkerPool[DocumentReading], document: Write
) -> None:
    paths = [document("slow.txt", p1="sleep 3"), *(document(f"{n}.txt") for n in range(30))]
    names = [outcome.path.name for outcome in pool.read(paths, in_order=False)]
    assert len(names) == 31
    assert names.index("slow.txt") > 15  # all the others on an idle machine


def test_waiting_results_are_bounded(document: Write) -> None:
    asked = []

    def paths() -> Iterator[Path]:
        for number in range(60):
            asked.append(number)
            yield document(f"{number}.txt", **({"p1": "sleep 0.5"} if number == 0 else {}))

    with WorkerPool(five_pages, None, workers=2, limits=Limits(waiting=3000)) as pool:
        outcomes = pool.read(paths())
        next(outcomes)
        assert len(asked) < 30  # a result is about 700 bytes
        assert len(list(outcomes)) == 59


def test_a_missing_engine_stops_the_run(document: Write) -> None:
    with (
        WorkerPool(needs_an_engine, None, workers=2) as pool,
        pytest.raises(InstallationIncomplete, match=r"det_small.*gouji models fetch"),
    ):
        list(pool.read([document()]))


@pytest.mark.parametrize("function", ["no_such_module:read", "misbehaving:no_such_function"])
def test_a_reader_that_cannot_be_imported_stops_the_run(document: Write, function: str) -> None:
    pool: WorkerPool[DocumentReading] = WorkerPool(function, None)
    with pool, pytest.raises(InstallationIncomplete, match="cannot be imported"):
        list(pool.read([document()]))


def test_one_document_costs_one_process(document: Write) -> None:
    with WorkerPool(five_pages, None, workers=8) as pool:
        list(pool.read([document()]))
        assert len(pool.process_ids()) == 1


@pytest.mark.slow
def test_a_process_is_replaced_after_its_share_of_documents(document: Write) -> None:
    paths = [document(f"{n}.txt") for n in range(7)]
    seen = set()
    with WorkerPool(five_pages, None, workers=1, limits=Limits(documents_a_process=2)) as pool:
        for outcome in pool.read(paths):
            assert outcome.result is not None
            seen.update(pool.process_ids())
    assert len(seen) >= 3


def test_a_process_that_dies_while_idle_is_nobodys_fault(document: Write) -> None:
    with WorkerPool(five_pages, None, workers=1) as pool:
        read_one(pool, document())
        (pid,) = pool.process_ids()
        os.kill(pid, signal.SIGKILL)
        outcome = read_one(pool, document("b.txt"))
    assert outcome.failures == ()
    assert len(pages_read(outcome)) == 5


def test_nothing_is_left_after_closing(document: Write) -> None:
    with WorkerPool(five_pages, None, workers=2) as pool:
        outcomes = pool.read([document("a.txt"), document("b.txt", p1="hang")])
        next(outcomes)
        processes = [psutil.Process(pid) for pid in pool.process_ids()]
        assert processes
    assert not any(p.is_running() for p in processes)
    pool.close()  # twice is no fault


@pytest.mark.slow
def test_what_a_reader_started_is_killed_with_it(
    pool: WorkerPool[DocumentReading], document: Write, tmp_path: Path
) -> None:
    note = tmp_path / "pid"
    outcome = read_one(pool, document(p2=f"child {note}"))
    assert complaints(outcome) == [(2, FailureKind.PAGE_TIMEOUT)]
    assert not _lives(int(note.read_text()))


def test_a_reader_that_prints_says_nothing_on_standard_output(
    document: Write, capfd: pytest.CaptureFixture[str]
) -> None:
    with WorkerPool(five_pages, None, workers=1) as pool:
        read_one(pool, document(p1="chatter"))
    assert capfd.readouterr() == ("", "")


def test_two_threads_share_the_processes(
    pool: WorkerPool[DocumentReading], document: Write
) -> None:
    counts = []

    def read(letter: str) -> None:
        paths = [document(f"{letter}{n}.txt") for n in range(10)]
        names = [o.path.name for o in pool.read(paths)]
        counts.append(names == [p.name for p in paths])

    threads = [threading.Thread(target=read, args=(letter,)) for letter in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [True, True, True]
    assert len(pool.process_ids()) == 2


def test_closing_while_another_thread_reads_ends_its_reading(document: Write) -> None:
    pool = WorkerPool(five_pages, None, workers=1)
    outcomes = pool.read([document("a.txt"), document("b.txt", p1="hang")])
    next(outcomes)
    threading.Timer(0.2, pool.close).start()
    with pytest.raises(GoujiError, match="closed"):
        next(outcomes)


def test_no_process_outlives_a_parent_that_was_killed(document: Write) -> None:
    program = (
        "import sys; from pathlib import Path; from flows.pool.workers import WorkerPool\n"
        "if __name__ == '__main__':\n"
        "    pool = WorkerPool('misbehaving:five_pages', None, workers=2)\n"
        "    outcomes = pool.read([Path(p) for p in sys.argv[1:]])\n"
        "    next(outcomes); print(*pool.process_ids(), flush=True); next(outcomes)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program, document("a.txt"), document("b.txt", p1="spin")],
        env={**os.environ, "PYTHONPATH": PYTHON_PATH},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout
    children = [int(pid) for pid in parent.stdout.readline().split()]
    assert children
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    until = time.monotonic() + 60
    while any(_lives(pid) for pid in children) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(_lives(pid) for pid in children)


@pytest.mark.slow
def test_the_pool_costs_little_beyond_the_reading(document: Write) -> None:
    paths = [document(f"{n}.txt") for n in range(300)]
    with WorkerPool(quick, None, workers=2) as pool:
        list(pool.read(paths[:2]))
        begun = time.perf_counter()
        assert sum(1 for _ in pool.read(paths)) == 300
        assert (time.perf_counter() - begun) / 300 < 0.02  # measured: 0.4 ms


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
