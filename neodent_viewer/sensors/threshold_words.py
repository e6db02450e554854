"""Every threshold in words: what a console calls it, in which unit it is, and what it does. One line a threshold."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ThresholdWords:
    """One threshold.

    Attributes
    ----------
    name : str
        Field of `sensors.thresholds.Limits`.
    test : str
        The quality test it belongs to.
    title : str
    unit : str
        ``{u}`` stands for the quantity's own unit.
    hint : str
        What it does, as a sentence.
    """

    name: str
    test: str
    title: str
    unit: str
    hint: str

    def unit_of(self, quantity_unit: str) -> str:
        """Return its unit for a quantity.

        >>> ThresholdWords("drift", "Drift", "Trend", "{u}/h", "").unit_of("°C")
        '°C/h'
        """
        return self.unit.format(u=quantity_unit)


_RANGE, _SPIKE, _STUCK, _TIME = "Range", "Spikes", "Stuck", "Gaps and time"
_LOOSE, _SLOW, _DAY = "Seat and ends", "Slow change", "Time of day"

WORDS: tuple[ThresholdWords, ...] = (
    ThresholdWords("user", _RANGE, "In a mouth", "{u}", "Outside of it a value is suspect."),
    ThresholdWords("spike", _SPIKE, "Suspect height", "{u}", "A jump there and back of this height is suspect."),
    ThresholdWords("spike_bad", _SPIKE, "Bad height", "{u}", "A jump there and back of this height is bad."),
    ThresholdWords("rate", _SPIKE, "Fastest change", "{u}/s", "Two steps in a row that are faster are suspect."),
    ThresholdWords(
        "sigmas", _SPIKE, "Out of its noise", "σ", "So many standard deviations of its own noise are suspect."
    ),
    ThresholdWords("outlier", _SPIKE, "But at least", "{u}", "Below this height nothing is out of its noise."),
    ThresholdWords("still", _STUCK, "Longest stillness", "s", "Without any movement for longer it is suspect."),
    ThresholdWords("attenuated", _STUCK, "Least movement", "{u}", "Range that it must at least show ..."),
    ThresholdWords("attenuated_over", _STUCK, "Within", "s", "... over this time."),
    ThresholdWords("gap", _TIME, "Longest pause", "periods", "More missing in a row are a gap."),
    ThresholdWords("late", _TIME, "Latest arrival", "s", "A sample that arrives later, one period aside, is late."),
    ThresholdWords("jump", _TIME, "Clock jump", "s", "A sender's clock that leaps this far has jumped."),
    ThresholdWords("band", _LOOSE, "On its tooth", "{u}", "Outside of it the sensor is off its tooth ..."),
    ThresholdWords("away", _LOOSE, "For longer than", "s", "... when it lasts this long."),
    ThresholdWords("rails", _LOOSE, "Sensor's ends", "{u}", "At or beyond one of them it is saturated ..."),
    ThresholdWords("pressed", _LOOSE, "For longer than", "s", "... when it lasts this long."),
    ThresholdWords("drift", _SLOW, "Trend", "{u}/h", "A slow trend that is steeper is drift."),
    ThresholdWords("drift_over", _SLOW, "Seen over", "h", "How long a trend is looked at."),
    ThresholdWords("neighbour", _SLOW, "Neighbours", "{u}", "How far probes of one quantity may be apart."),
    ThresholdWords("day", _DAY, "Usual awake", "{u}", "Outside of it a value is suspect by day."),
    ThresholdWords("night", _DAY, "Usual asleep", "{u}", "Outside of it a value is suspect by night."),
    ThresholdWords("asleep", _DAY, "Sleep from, to", "o'clock", "Hours of the day between which night counts."),
)
