"""Whole key maps one can choose, as bindings over the records' own: a person's own bindings win over both."""

from __future__ import annotations

from neodent_viewer.app.preferences import Preferences

#: preference: name of the key map in use
CHOSEN = "keymap"

#: name -> (what the preferences say, command -> keys); the first is what the records say
KEY_MAPS: dict[str, tuple[str, dict[str, list[str]]]] = {
    "blender": ("Blender", {}),
    "digits": (
        "ZBrush / SculptGL",
        {
            # the digits are SculptGL's
            "tool.grab": ["0", "G"],
            "tool.draw": ["1"],
            "tool.inflate": ["2"],
            "tool.twist": ["3"],
            "tool.smooth": ["4"],
            "tool.flatten": ["5"],
            "tool.pinch": ["6"],
            "tool.crease": ["7"],
            "tool.snake_hook": ["8"],
            "tool.paint": ["9"],
            # sizes, and what is done to the whole, are ZBrush's
            "sculpt.radius": ["S"],
            "sculpt.strength": ["U"],
            "topology.up": ["Ctrl+D"],
            "topology.down": ["Shift+D"],
            "mask.invert": ["Ctrl+I"],
            "view.frame": ["F", "Home"],
            "see.wire": ["Shift+F"],
            # views the digits were taken from
            "view.front": ["Ctrl+F1"],
            "view.right": ["Ctrl+F2"],
            "view.upper": ["Ctrl+F3", "T"],
            "view.three_quarter": ["Ctrl+F4"],
            "view.orthographic": ["P"],
        },
    ),
}


def bindings(preferences: Preferences) -> dict[str, object]:
    """Return command id -> keys that differ from the records: the chosen key map's, under the person's own."""
    _, chosen = KEY_MAPS.get(preferences.get(CHOSEN, ""), ("", {}))
    return {**chosen, **preferences.get("keys", {})}


def unlock_words(preferences: Preferences) -> str:
    """Return how show mode ends, with the key it has now."""
    own = bindings(preferences).get("perform.show_mode", ["Ctrl+Shift+M"])
    key = own[0] if isinstance(own, list) and own else ""
    return f"{key} unlocks." if key else "Show Mode in the menu Perform unlocks."
