"""Work in threads, results on the GUI thread, progress and cancelling."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from neodent_viewer.app.bridge import BackgroundJob, Threads


@pytest.fixture
def trouble() -> list[BaseException]:
    return []


@pytest.fixture
def threads(qtbot: QtBot, trouble: list[BaseException]) -> Iterator[Threads]:
    made = Threads(trouble.append)
    yield made
    made.close()


def test_work_leaves_the_gui_thread_and_its_result_comes_back_to_it(threads: Threads, qtbot: QtBot) -> None:
    where: list[threading.Thread] = []
    threads.submit(
        "Work", lambda job: where.append(threading.current_thread()), lambda _: where.append(threading.current_thread())
    )
    qtbot.waitUntil(lambda: len(where) == 2)
    assert where[0] is not threading.main_thread() and where[1] is threading.main_thread()
    assert threads.jobs() == ()


def test_progress_is_seen_while_it_runs(threads: Threads, qtbot: QtBot) -> None:
    gate, seen = threading.Event(), []

    def work(job: BackgroundJob) -> None:
        job.progress(0.5, "half way")
        gate.wait(10)

    threads.changed.connect(lambda: seen.extend((job.title, job.fraction, job.text) for job in threads.jobs()))
    threads.submit("Long", work)
    qtbot.waitUntil(lambda: ("Long", 0.5, "half way") in seen)
    gate.set()
    qtbot.waitUntil(lambda: threads.jobs() == ())


def test_a_cancelled_job_hands_nothing_on(threads: Threads, qtbot: QtBot, trouble: list[BaseException]) -> None:
    outcome: list[str] = []

    def work(job: BackgroundJob) -> str:
        while not job.cancelled():
            threading.Event().wait(0.005)
        raise RuntimeError("stopped")

    job = threads.submit(
        "Work",
        work,
        lambda _: outcome.append("then"),
        lambda _: outcome.append("failed"),
        lambda: outcome.append("dropped"),
    )
    job.cancel()
    qtbot.waitUntil(lambda: threads.jobs() == ())
    assert outcome == ["dropped"] and trouble == []


def test_an_error_goes_to_whoever_asked_else_to_the_window(
    threads: Threads, qtbot: QtBot, trouble: list[BaseException]
) -> None:
    def work(job: BackgroundJob) -> None:
        raise ValueError("no")

    mine: list[Exception] = []
    threads.submit("One", work, failed=mine.append)
    threads.submit("Two", work)
    qtbot.waitUntil(lambda: bool(mine) and bool(trouble))
    assert isinstance(mine[0], ValueError) and isinstance(trouble[0], ValueError)


def test_a_result_that_goes_wrong_holds_up_no_other(
    threads: Threads, qtbot: QtBot, trouble: list[BaseException]
) -> None:
    def wrong(_: object) -> None:
        raise KeyError("oops")

    fine: list[int] = []
    threads.submit("One", lambda job: 1, wrong)
    threads.quietly(lambda: 2, fine.append)
    qtbot.waitUntil(lambda: fine == [2] and bool(trouble))
    assert threads.jobs() == () and not threads.busy


def test_closing_waits_for_threads_and_lets_results_fall(qtbot: QtBot) -> None:
    threads, late = Threads(lambda error: None), []
    started = threading.Event()

    def work(job: BackgroundJob) -> int:
        started.set()
        while not job.cancelled():
            threading.Event().wait(0.005)
        return 1

    threads.submit("Work", work, late.append)
    assert started.wait(10)
    threads.close()
    assert late == []
