"""The demo: the shipped smile, probes on its teeth, a subject who has consented, and the looks to start from."""

from __future__ import annotations

from datetime import UTC, datetime

from neodent_viewer.core.paths import assets_dir
from neodent_viewer.document.document import Document
from neodent_viewer.document.look import Look, Shading
from neodent_viewer.document.part import Part
from neodent_viewer.files.opening import read_parts
from neodent_viewer.glitch.chain import EffectUse
from neodent_viewer.glitch.rules import ANY, Rule
from neodent_viewer.live.placement import place_probes
from neodent_viewer.trust.consent import SETTING, SIMULATED_CHANNELS, ConsentRegister, Purpose

#: part id and jaw -> what the parts panel shows
JAWS = {"upper": "Upper jaw", "lower": "Lower jaw"}
SUBJECT = "The demo smile's subject"
CONSENT_UNTIL = datetime(2100, 1, 1, tzinfo=UTC)

#: °C the demo's colours span: what its mouth stays within, about 34.5 awake
WARMTH = (32.0, 37.0)

_CHAIN = (
    EffectUse("rgb_split"),
    EffectUse("block_shift"),
    EffectUse("scan_tear"),
    EffectUse("feedback_trail"),
    EffectUse("bloom", (("amount", 0.0),)),
)

#: noise effects answer at once and are gone with the noise; the trail carries what is left into the form
_RULES = (
    Rule(ANY, "rgb_split", "amount", attack=0.02, hold=0.15, release=2.2),
    Rule(ANY, "block_shift", "amount", attack=0.0, hold=0.10, release=1.2),
    Rule("gap", "scan_tear", "amount", high=0.9, attack=0.02, hold=0.20, release=1.6),
    Rule("spike", "scan_tear", "amount", high=0.6, attack=0.0, hold=0.05, release=0.8),
    Rule("late", "feedback_trail", "keep", low=0.74, high=0.84, attack=0.4, hold=1.5, release=2.5),
    Rule(ANY, "feedback_trail", "amount", high=0.9, attack=0.05, hold=1.4, release=3.2),
    Rule(ANY, "bloom", "amount", high=0.8, attack=0.05, hold=2.6, release=3.0),
)


def demo_looks() -> tuple[Look, ...]:
    """Return the looks the demo is stored with; the first is in use when it opens.

    The clinical look shows no fault as anything but what it is: a reviewer sees the shape, and only the shape.
    """
    return (
        Look("Live", Shading.FIELD, low=WARMTH[0], high=WARMTH[1], chain=_CHAIN, rules=_RULES),
        Look("Glitch", Shading.CLINICAL, low=WARMTH[0], high=WARMTH[1], chain=_CHAIN, rules=_RULES),
        Look("Clinical", Shading.CLINICAL, glitch=0.0, harmonise=0.0),
        Look("Field", Shading.FIELD, low=WARMTH[0], high=WARMTH[1], glitch=0.0, harmonise=0.0),
        Look("Hologram", Shading.HOLOGRAM, low=WARMTH[0], high=WARMTH[1]),
    )


def demo_document(seed: int = 0) -> Document:
    """Return the demo as a fresh document.

    Parameters
    ----------
    seed : int
        Kept in the document's settings for the simulated feed; the smile itself is the shipped one.

    Raises
    ------
    MeshFileError
        When the shipped files are missing or damaged.
    """
    document = Document()
    for part in _jaws():
        document.set(("parts", part.id), part)
    place_probes(document)
    for look in demo_looks():
        document.set(("looks", look.name), look)
    document.set(("look",), demo_looks()[0])
    consent = ConsentRegister()
    # simulated channels only: this subject cannot speak for a person whose sensors send under the same names
    consent.grant([SIMULATED_CHANNELS], (Purpose.VIEW, Purpose.PERFORM, Purpose.RECORD), CONSENT_UNTIL, SUBJECT)
    document.set(("settings", SETTING), consent.to_json())
    document.set(("settings", "feed"), "sim")
    document.set(("settings", "seed"), seed)
    return document


def _jaws() -> list[Part]:
    folder = assets_dir() / "demo"
    parts = read_parts([folder / f"{jaw}.ply" for jaw in JAWS])
    for part, (jaw, name) in zip(parts, JAWS.items(), strict=True):
        # fixed ids: a seeded picture must not depend on chance
        part.id, part.name, part.jaw = jaw, name, jaw
    return parts
