"""Perform: blackout, freeze, looks, the feed. A show is steered from here; none of the stage's state is an edit."""

from __future__ import annotations

from collections.abc import Callable

from neodent_viewer.app.actions import looks
from neodent_viewer.app.actions.record import ALWAYS, Command
from neodent_viewer.app.context import AppContext

_HERE = ("perform",)


def toggle_blackout(context: AppContext) -> None:
    """Fade the stage to black, or back."""
    context.stage.set_blackout(not context.stage.blackout)


def toggle_freeze(context: AppContext) -> None:
    """Hold the picture, or let it go on."""
    context.stage.set_frozen(not context.stage.frozen)


def toggle_show_mode(context: AppContext) -> None:
    """Lock what could disturb a show, or unlock it."""
    context.shell.show_mode = not context.shell.show_mode
    context.shell.say(
        f"Show mode is {'on: panels, editing, files and quitting rest' if context.shell.show_mode else 'off'}."
    )


def nth_look(index: int) -> Callable[[AppContext], None]:
    """Return the command that recalls the look at `index` of the list; beyond the last it does nothing."""

    def run(context: AppContext) -> None:
        names = list(looks.available(context.document))
        if index < len(names):
            looks.recall(context, names[index])

    return run


def step_look(by: int) -> Callable[[AppContext], None]:
    """Return the command that recalls the next or previous look."""
    return lambda context: looks.step(context, by)


def ask_osc(context: AppContext) -> None:
    """Ask for a port and listen to OSC there."""
    from neodent_viewer.app.dialogs import FormField

    answer = context.shell.ask_form("Listen to OSC", [FormField("port", "UDP port", "", 9000, 1024, 65535, 0)])
    if answer is not None:
        context.requests.add_feed(f"osc:{int(answer['port'])}")


def listen(context: AppContext, word: str, instead: str = "") -> None:
    """Open a feed by its address, beside those there are; one that means nothing is refused before anything is closed."""
    from neodent_viewer.live.feeds import check_feed

    check_feed(word)
    context.requests.add_feed(word, instead)


def ask_network(context: AppContext) -> None:
    """Ask for the address of a feed and listen there."""
    from neodent_viewer.live.feeds import FEEDS

    hint = "Address, such as " + ", ".join(word for word in FEEDS if ":" in word)
    word = context.shell.ask_text("Listen to a feed", hint, "mqtt:127.0.0.1/neodent/#")
    if word is not None and word.strip():
        listen(context, word.strip())


COMMANDS = (
    Command(
        "perform.blackout",
        "Blackout",
        toggle_blackout,
        "mdi6.circle",
        ("B",),
        "tools",
        "1",
        _HERE,
        checked="blackout",
        hint="Fade the stage to black, and back.",
        in_show=ALWAYS,
    ),
    Command(
        "perform.freeze",
        "Freeze",
        toggle_freeze,
        "mdi6.snowflake",
        (".",),
        "tools",
        "1",
        _HERE,
        checked="frozen",
        hint="Hold the picture that is on the stage.",
        in_show=ALWAYS,
    ),
    Command(
        "perform.show_mode",
        "Show Mode",
        toggle_show_mode,
        "mdi6.lock-outline",
        ("Ctrl+Shift+M",),
        "tools",
        "1",
        _HERE,
        checked="show_mode",
        hint="While it is on, nothing can be changed by accident: looks, blackout, freeze, the camera and a recording's "
        "playhead answer, and consent can be withdrawn; all else rests.",
        in_show=ALWAYS,
    ),
    Command(
        "perform.next_look",
        "Next Look",
        step_look(1),
        "mdi6.skip-next",
        ("Space", "Ctrl+Right"),
        "tools",
        "2",
        _HERE,
        enabled="looks > 0",
        in_show=ALWAYS,
    ),
    Command(
        "perform.previous_look",
        "Previous Look",
        step_look(-1),
        "mdi6.skip-previous",
        ("Backspace", "Ctrl+Left"),
        "tools",
        "2",
        _HERE,
        enabled="looks > 0",
        in_show=ALWAYS,
    ),
    *(
        Command(
            f"perform.look_{n}",
            f"Recall Look {n}",
            nth_look(n - 1),
            "",
            (f"Ctrl+{n}",),
            "tools/Recall look",
            "2",
            _HERE,
            enabled=f"looks > {n - 1}",
            in_show=ALWAYS,
        )
        for n in range(1, 10)
    ),
    Command(
        "feed.simulated",
        "Simulated Feed",
        lambda c: c.requests.set_feed("sim"),
        "mdi6.pulse",
        (),
        "tools",
        "4",
        _HERE,
        hint="Play seeded, realistic sensors with faults now and then.",
    ),
    Command(
        "feed.osc",
        "Listen to OSC…",
        ask_osc,
        "mdi6.access-point",
        (),
        "tools",
        "4",
        _HERE,
        hint="Take sensor data over OSC, beside other feeds: /neodent/<sensor>/<channel> value [time].",
    ),
    Command(
        "feed.network",
        "Listen to Another Feed…",
        ask_network,
        "mdi6.lan-connect",
        (),
        "tools",
        "4",
        _HERE,
        hint="Take sensor data from an MQTT broker, LSL, a serial port or a WebSocket, beside other feeds.",
    ),
    Command("feed.none", "No Feed", lambda c: c.requests.set_feed("none"), "mdi6.pause", (), "tools", "4", _HERE),
)
