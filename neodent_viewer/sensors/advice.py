"""What a fault means, and what a technician may try: one table, one entry a kind; a quantity may have more to try first."""

from __future__ import annotations

from dataclasses import dataclass, field

from neodent_viewer.sensors.fault import FaultKind


@dataclass(frozen=True, slots=True)
class Advice:
    """Words for one kind of fault.

    Attributes
    ----------
    title : str
        What failed, in a few words.
    meaning : str
        What the program has seen, as a sentence.
    tries : tuple of str
        What to do, most promising first, each a sentence.
    first : dict of str to str
        Quantity -> what to do before all others.
    """

    title: str
    meaning: str
    tries: tuple[str, ...]
    first: dict[str, str] = field(default_factory=dict)

    def steps(self, quantity: str = "") -> tuple[str, ...]:
        """Return what to do for a quantity, most promising first."""
        return (self.first[quantity], *self.tries) if quantity in self.first else self.tries


ADVICE: dict[FaultKind, Advice] = {
    FaultKind.GAP: Advice(
        "No data",
        "Nothing came for longer than the sensor's own cadence explains.",
        (
            "Look at the battery and the plug.",
            "Bring the receiver nearer, or turn the head towards it: a closed mouth and a hand weaken radio.",
            "Look at the Feed page: is the source still connected, is anything refused?",
        ),
    ),
    FaultKind.STUCK: Advice(
        "Stuck",
        "The value has not moved, or moves far less than a mouth makes it.",
        (
            "Touch the sensor, or let the patient take a sip: a sound one answers within seconds.",
            "Switch the sensor off and on: its converter may have stopped while its radio goes on.",
            "If it stays, change the sensor.",
        ),
        {
            "force": "Let the patient bite on a cotton roll; no answer means that the foil is loose or broken.",
            "ph": "Dip it into a buffer solution: an electrode that dried out answers slowly and needs soaking.",
        },
    ),
    FaultKind.SPIKE: Advice(
        "Spikes",
        "Single values jump away and back, faster than anything in a mouth.",
        (
            "Tighten the plug and look along the cable for a break: a loose contact does this.",
            "Keep mobile phones, curing lamps and electrosurgery away.",
            "If they come with chewing, the sensor moves: bond it again.",
        ),
    ),
    FaultKind.DRIFT: Advice(
        "Drift",
        "The value creeps in one direction for hours, slower than a mouth changes.",
        (
            "Rinse it: a film of saliva and plaque (biofouling) grows within hours.",
            "Compare with a reference and calibrate it again on the Set Up page.",
            "If it drifts again within a day, change the membrane or the sensor.",
        ),
        {"ph": "Rinse the electrode with water, blot it dry, and check it in buffer pH 7."},
    ),
    FaultKind.OUT_OF_RANGE: Advice(
        "Out of range",
        "The value is one that a mouth, or the sensor, cannot have at this time of day.",
        (
            "Ask what was eaten or drunk just now: very hot, iced or sour food does this for a minute.",
            "Look whether the right sensor is mapped to this tooth, and in the right unit (Feed page).",
            "If it stays: a wire is broken or shorted. Change the sensor.",
        ),
        {"force": "Take the load off and look whether it reads about 0 N; otherwise calibrate its zero."},
    ),
    FaultKind.LATE: Advice(
        "Late",
        "Samples arrive long after they were taken, so the picture lags behind the mouth.",
        (
            "Bring the receiver nearer: a weak radio sends everything twice.",
            "Close what else loads the network, or use a cable.",
            "If everything of this sender is late, set its clock.",
        ),
    ),
    FaultKind.DECOUPLED: Advice(
        "Decoupled",
        "The value has left what a seated sensor reads: it is no longer on the tooth.",
        (
            "Reseat it: dry the tooth, bond it again, and look whether the value comes back.",
            "Look whether the appliance sits; ask whether the patient took it out.",
        ),
        {
            "temperature": "It reads the air of the room: reseat the sensor on the tooth.",
            "force": "It shows a load no jaw holds: take it out and look whether the foil is folded.",
        },
    ),
    FaultKind.SATURATED: Advice(
        "Saturated",
        "The value lies at the very end of what the sensor can deliver: the truth is beyond it.",
        (
            "If the load or the heat is real, use a sensor of a larger range.",
            "Look for a short circuit: wet plugs do this.",
            "Calibrate it again: a wrong gain pushes it against its end.",
        ),
    ),
    FaultKind.CLOCK_JUMP: Advice(
        "Clock jump",
        "The sender's clock leapt; the samples were put back where they belong.",
        (
            "Nothing to do if it happened once: a computer set its clock.",
            "If it repeats, switch off one of two time services on the sender, or restart the sensor.",
        ),
    ),
    FaultKind.DISAGREES: Advice(
        "Disagrees",
        "Its neighbours of the same quantity say something else, and they agree with each other.",
        (
            "Compare with a reference reading, and calibrate it if it is off.",
            "Look whether two sensors were swapped (Feed page: which stream goes to which tooth).",
            "If it is right after all, widen its threshold 'Neighbours' on the Set Up page.",
        ),
    ),
    FaultKind.SYNTAX: Advice(
        "Impossible time",
        "Samples say that they were taken in another year; their values are not used.",
        (
            "Set the sensor's clock: after a change of battery many begin in 1970.",
            "Let it send no time at all; then the time of arrival counts.",
        ),
    ),
}
