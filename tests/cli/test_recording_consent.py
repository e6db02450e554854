"""An export on the command line asks consent: for its purpose, of the project or FHIR file that is named, and as of now."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from neodent_viewer.cli.main import main
from neodent_viewer.document.document import Document
from neodent_viewer.files.project import save_project
from neodent_viewer.files.recording_formats import read_any, write_any
from neodent_viewer.files.recordings import Origin, Recording
from neodent_viewer.sensors.track import track
from neodent_viewer.trust.consent import SETTING, SIMULATED_CHANNELS, ConsentRegister
from neodent_viewer.trust.fhir import to_fhir

KEYS = ("t11/ph", "t14/temperature", "t21/ph")
NOW = datetime.now(UTC)


def recorded(path, simulated=()):
    times = np.arange(20.0)
    tracks = tuple(track(key, times, np.sin(times), simulated=key in simulated) for key in KEYS)
    write_any(Recording(tracks, Origin(0.0, 1.9e9)), path)
    return str(path)


@pytest.fixture
def consent(tmp_path):
    """A project whose subject allows two channels to be recorded, one to be published, and has taken one back."""
    register = ConsentRegister()
    register.grant(["t11/ph", "t14/temperature"], ["record"], NOW + timedelta(days=3), "Ada")
    register.grant(["t11/ph"], ["publish"], NOW + timedelta(days=3), "Ada")
    register.grant(["t21/ph"], ["record"], NOW - timedelta(days=3), "Ada")
    register.withdraw("t14/temperature", "record", at=NOW)
    document = Document()
    document.settings[SETTING] = register.to_json()
    save_project(document, None, tmp_path / "a.neodent")
    return str(tmp_path / "a.neodent")


def channels(path):
    return [one.channel for one in read_any(path).tracks]


@pytest.mark.parametrize("purpose", ["record", "publish"])
@pytest.mark.parametrize("fhir", [False, True])
def test_what_is_not_allowed_stays_and_why_is_said(tmp_path, capsys, consent, purpose, fhir):
    if fhir:
        from neodent_viewer.files.consent_records import read_register

        file = tmp_path / "consent.json"
        file.write_text(json.dumps(to_fhir(read_register(tmp_path / "a.neodent").grants())))
        consent = str(file)
    path, out = recorded(tmp_path / "a.mcap"), tmp_path / "out.csv"
    assert main(["recording", "export", path, "-o", str(out), "--for", purpose, "--consent", consent]) == 0
    assert channels(out) == ["t11/ph"]
    told = capsys.readouterr()
    assert "2 channels left out." in told.err and "20 samples of 1 channel" in told.out
    if purpose == "record":
        assert "Ada has withdrawn the consent to record t14/temperature." in told.err and "ended on" in told.err
    else:
        assert "Nobody has allowed t14/temperature to be used to publish." in told.err
    assert "Consent page" in told.err


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ((), "Say what the export is for."),
        (("--for", "record"), "--consent PROJECT"),
        (("--for", "research", "--consent", "CONSENT"), "Nobody has allowed t11/ph to be used to research."),
        (("--for", "record", "--consent", "nowhere.neodent"), "There is no such file."),
    ],
)
def test_by_default_nothing_of_a_real_sensor_leaves(tmp_path, capsys, consent, words, what):
    path, out = recorded(tmp_path / "a.mcap"), tmp_path / "out.csv"
    said = [consent if word == "CONSENT" else word for word in words]
    assert main(["recording", "export", path, "-o", str(out), *said]) == 2
    assert what in capsys.readouterr().err and not out.exists()


def test_what_a_simulation_sent_is_nobodys_unless_a_record_speaks_of_it(tmp_path, capsys, consent):
    out = tmp_path / "out.csv"
    assert main(["recording", "export", recorded(tmp_path / "a.mcap", KEYS), "-o", str(out)]) == 0
    assert channels(out) == list(KEYS)
    mixed = recorded(tmp_path / "b.mcap", KEYS[1:])
    assert main(["recording", "export", mixed, "-o", str(out), "--for", "publish"]) == 0
    assert channels(out) == list(KEYS[1:])
    assert "1 channel left out. Nobody has allowed t11/ph" in capsys.readouterr().err
    document, register = Document(), ConsentRegister()
    register.grant([SIMULATED_CHANNELS], ["record"], NOW + timedelta(days=3), "The demo")
    register.withdraw("t21/ph", "record", at=NOW)
    document.settings[SETTING] = register.to_json()
    save_project(document, None, tmp_path / "sim.neodent")
    words = ["--for", "record", "--consent", str(tmp_path / "sim.neodent")]
    assert main(["recording", "export", mixed, "-o", str(out), *words]) == 0
    assert channels(out) == ["t14/temperature"], "allowing a simulation allows no real sensor"
