"""Whatever tests write into the user's folders is written elsewhere: in a test, and in fixtures that many tests share."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import platformdirs
import pytest

from neodent_viewer.core import paths
from neodent_viewer.core.clock import ManualClock
from neodent_viewer.document.document import Document
from neodent_viewer.files import recording_notes
from neodent_viewer.live.live import Live
from neodent_viewer.live.recorder import Recorder

#: where the program keeps things when nobody says otherwise: this user's own
USERS = [
    Path(find("neodent_viewer"))
    for find in (platformdirs.user_data_dir, platformdirs.user_config_dir, platformdirs.user_log_dir)
]


def folders() -> list[Path]:
    return [paths.data_dir(), paths.config_dir(), paths.log_dir(), paths.cache_dir()]


def none_is_the_users(found: list[Path]) -> bool:
    return not any(one == users or users in one.parents for one in found for users in USERS)


@pytest.fixture(scope="session")
def of_the_session() -> list[Path]:
    return folders()


@pytest.fixture(scope="module")
def of_the_module(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], Path]:
    """A recording made where fixtures of many tests are made, as tests of clips and stories do."""
    path = tmp_path_factory.mktemp("shared") / "shared.mcap"
    live = Live(Document(), ManualClock(), wall=lambda: datetime(2030, 5, 1, tzinfo=UTC))
    Recorder(live, path).close()
    live.close()
    return folders(), path


def test_shared_fixtures_have_a_home_of_their_own(
    of_the_session: list[Path], of_the_module: tuple[list[Path], Path]
) -> None:
    assert none_is_the_users(of_the_session) and none_is_the_users(of_the_module[0])
    assert none_is_the_users(folders()) and folders() != of_the_module[0], "and every test one more"


def test_a_recording_of_a_shared_fixture_is_not_in_the_users_index(
    of_the_module: tuple[list[Path], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    (data, *_), path = of_the_module
    monkeypatch.setenv("NEODENT_HOME", str(data.parent))
    assert path in [one.path for one in recording_notes.made()]
    for users in USERS:
        told = (entry.read_text("utf-8", "replace") for entry in users.glob("recordings*") if entry.is_file())
        assert not any(str(path) in text for text in told)
