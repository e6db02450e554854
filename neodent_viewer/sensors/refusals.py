"""What sources refuse, in words: kind of refusal -> what it is and what to do about it."""

from __future__ import annotations

#: kind -> (what, what to do)
REFUSALS: dict[str, tuple[str, str]] = {
    "malformed": ("No message of this kind", "Check what the sender sends, and that it is meant for this port."),
    "not OSC": ("Not an OSC packet", "Check what the sender sends, and that it is meant for this port."),
    "wrong arguments": ("Too few or too many values in a message", "Send one number, or a number and its time."),
    "cut short": ("A message cut short or too long", "Look whether the network loses parts of packets."),
    "wrong type": ("Wrong type: text or a list where a number belongs", "Let the sensor send plain numbers."),
    "not finite": ("No number: NaN or endless", "The sensor has nothing to say; look at its plug."),
    "not a number": ("No number: NaN or endless", "The sensor has nothing to say; look at its plug."),
    "absurd time": ("Time more than a day from now (1970, 2100)", "Set the sender's clock, or let it send no time."),
    "too large": ("Too large", "Let the sender send smaller packs."),
    "too deep": ("Nested too deep", "Nobody needs that: look who sends it."),
    "flood": ("Beyond the cap of messages a second", "Raise the cap if the sender is yours."),
    "stranger": ("From an address that is not on the list", "Add it to the list if it is yours."),
    "unit": ("Measures something else than its channel", "Map the stream to what it measures."),
    "unknown unit": ("Unit that nobody here knows", "Let the sensor send one such as °C, K, N or pH, or none at all."),
    "wrong unit": (
        "Unit of another quantity than its channel's",
        "Map the stream to what it measures, or mend its unit.",
    ),
    "text or too wide": ("A stream of text, or of too many columns", "Let it send numbers, a column for each sensor."),
    "changed unit": ("Unit changed in mid-stream", "Let the sensor keep to one unit."),
    "duplicate id": ("Two senders under one name", "Give each sensor a name of its own."),
    "duplicate record": ("The same record twice in a pack", "Nothing is lost; mend the sender when you can."),
    "forgotten stream": (
        "Streams that lead nowhere, forgotten to make room for others",
        "Narrow the topic, or look who sends so many names. Streams that lead to a probe always have room.",
    ),
    "time to come": (
        "A time that is still to come",
        "In SenML a time below 2^28 counts from now, not from when a device began: send none or seconds since 1970.",
    ),
    "absurd value": ("A number beyond anything a sensor measures", "Look at the sensor's plug and its unit."),
    "too many streams": ("More streams than are remembered", "Narrow the topic."),
    "bad name": (
        "Name too long, or with characters that none has",
        "Give the sensor a short plain name. In SenML it begins with a letter or a digit, and has these and - : . / _ alone.",
    ),
    "no value": ("A pack without a value", "Let the sensor send values."),
    "retained value": ("A broker's old value, not one of now", "Nothing to do."),
    "unreadable": ("A message that cannot be read", "Check the sender."),
    "bad line": (
        "A line that is neither SenML nor CSV",
        "Send name,value[,unit[,time]] or a SenML record; with decimal commas, put semicolons between the cells.",
    ),
    "not JSON": ("Not JSON", "Send SenML (RFC 8428) as JSON or CBOR."),
    "not CBOR": ("Not CBOR", "Send SenML (RFC 8428) as JSON or CBOR."),
    "not SenML": ("Not a SenML pack", "Send a list of records (RFC 8428)."),
    "channel taken": (
        "Samples of a channel that another feed speaks for",
        "Lead one of the streams elsewhere, or end a feed. This one takes over by itself when the other falls silent.",
    ),
    "version": ("A newer version of SenML", "Get a newer version of this program."),
    "must understand": ("A field that would have to be understood", "Let the sender leave it out."),
}


def refusal(kind: str) -> tuple[str, str]:
    """Return what was refused, and what to do; a kind without words speaks for itself.

    >>> refusal("too deep")[0], refusal("sample lost")
    ('Nested too deep', ('Sample lost', ''))
    """
    return REFUSALS.get(kind, (f"{kind[:1].upper()}{kind[1:]}", ""))
