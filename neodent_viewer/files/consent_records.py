"""Consent records where they are kept: in a project, or in a file of HL7 FHIR R5; and what they let leave in an export."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from neodent_viewer.core.errors import ConsentError
from neodent_viewer.files.project import is_project
from neodent_viewer.files.project_read import read_setting
from neodent_viewer.files.recordings import Recording
from neodent_viewer.trust.consent import SETTING, ConsentRegister, Grant, Purpose

#: what an export may be for -> what that means to whoever writes it
EXPORTS: dict[Purpose, str] = {
    Purpose.RECORD: "kept in this practice",
    Purpose.RESEARCH: "used for research",
    Purpose.PUBLISH: "published outside this practice",
}


def read_register(path: Path) -> ConsentRegister:
    """Return the records of a project or of a FHIR file; raises ConsentError and what opening a project raises."""
    if is_project(path):
        return ConsentRegister.from_json(read_setting(path, SETTING))
    register = ConsentRegister()
    register.put(read_fhir(path, "That is neither a project nor JSON."))
    return register


def read_fhir(path: Path, otherwise: str = "That is no JSON.") -> tuple[Grant, ...]:
    """Return the records of a FHIR file; raises ConsentError, which tells a file that is no JSON by `otherwise`."""
    from neodent_viewer.trust.fhir import from_fhir

    try:
        data = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        what = otherwise if path.is_file() else "There is no such file."
        raise ConsentError(what, kind="record", where=str(path), remedy="Choose another file.") from error
    return from_fhir(data)


@dataclass(frozen=True, slots=True)
class Leaving:
    """What of a recording may leave.

    Attributes
    ----------
    recording : Recording
        With the channels that may.
    withheld : tuple of str
        Why each other may not, as a sentence.
    """

    recording: Recording
    withheld: tuple[str, ...]

    def sentence(self, most: int = 4) -> str:
        """Return what was left out, why, and what to do, for a person; empty where nothing was.

        >>> Leaving(Recording(()), ("Ada has withdrawn the consent to record t11/ph.",)).sentence()
        '1 channel left out. Ada has withdrawn the consent to record t11/ph. Ask the person, and write down what they allow \
on the Consent page of Sensors, or import their FHIR consent.'
        """
        if not self.withheld:
            return ""
        number = len(self.withheld)
        more = f" And so on for {number - most} more." if number > most else ""
        page = "the Consent page of Sensors"
        remedy = f"Ask the person, and write down what they allow on {page}, or import their FHIR consent."
        return f"{number} channel{'s' * (number != 1)} left out. {' '.join(self.withheld[:most])}{more} {remedy}"


def leaving(recording: Recording, consent: ConsentRegister | None, purpose: str, at: datetime) -> Leaving:
    """Return what of a recording may leave for a purpose at this instant.

    Parameters
    ----------
    recording : Recording
    consent : ConsentRegister or None
        It decides about every channel. None: nobody was asked, and only what a simulation sent, nobody's data, may leave.
    purpose : str
        One of `EXPORTS`.
    at : datetime
    """
    kept, withheld = [], []
    for track in recording.tracks:
        if consent is None:
            why = "" if track.simulated else f"Nobody has allowed {track.channel} to be used to {purpose}."
        else:
            why = consent.reason(track.channel, purpose, at, simulated=track.simulated)
        if why:
            withheld.append(why)
        else:
            kept.append(track)
    return Leaving(replace(recording, tracks=tuple(kept)), tuple(withheld))
