"""Rules: who hears what, who wins, and that silence brings inputs back to their low value."""

from hypothesis import given
from hypothesis import strategies as st

from neodent_viewer.glitch.rules import Rule, Trigger, evaluate

kinds = st.sampled_from(["gap", "spike", "stuck", "drift"])
triggers = st.builds(Trigger, kinds, st.floats(0, 20), st.floats(0, 1))
rules = st.builds(Rule, st.sampled_from(["any", "gap", "spike"]), st.sampled_from(["a", "b"]), st.just("x"))


def test_a_rule_hears_only_its_kind():
    rule = Rule("gap", "e", "x", attack=0.0)
    assert evaluate([rule], [Trigger("spike", 1.0, 1.0)], 1.05) == {("e", "x"): 0.0}
    assert evaluate([rule], [Trigger("gap", 1.0, 1.0)], 1.05) == {("e", "x"): 1.0}


def test_no_fault_kind_is_heard_by_nobody():
    assert evaluate([Rule("any", "e", "x", attack=0.0)], [Trigger("", 1.0, 1.0)], 1.0) == {("e", "x"): 0.0}


def test_a_falling_rule_wins_by_level_not_by_value():
    down = Rule("any", "e", "x", low=5.0, high=1.0, attack=0.0)
    assert evaluate([down], [Trigger("gap", 0.0, 0.2), Trigger("gap", 0.0, 1.0)], 0.0) == {("e", "x"): 1.0}


@given(st.lists(rules, max_size=6), st.lists(triggers, max_size=6), st.floats(0, 40))
def test_order_does_not_matter_and_values_stay_between_ends(rs, faults, now):
    values = evaluate(rs, faults, now)
    assert values == evaluate(rs[::-1], faults[::-1], now)
    assert set(values) == {(r.effect, r.input) for r in rs}
    assert all(0.0 <= v <= 1.0 for v in values.values())


spans = st.sampled_from([0.0, 1e-9, 0.02, 0.5, 3.0])
timed = st.builds(
    Rule,
    st.sampled_from(["any", "gap"]),
    st.sampled_from(["a", "b"]),
    st.just("x"),
    attack=spans,
    hold=spans,
    release=spans,
)


@given(st.lists(timed, max_size=6), st.lists(triggers, max_size=6), st.floats(0, 25), st.booleans())
def test_all_together_are_what_each_rule_says_of_each_fault(rs, faults, now, at_an_end):
    if at_an_end and rs and faults:
        now = faults[0].onset + rs[0].attack + rs[0].hold + rs[0].release
    best = {}
    for rule in rs:
        heard = [rule.level(now - f.onset) * f.energy for f in faults if rule.hears(f.kind)]
        level = max(heard, default=0.0)
        key = (rule.effect, rule.input)
        if key not in best or level > best[key][0]:
            best[key] = level, rule.low + (rule.high - rule.low) * level
    assert evaluate(rs, faults, now) == {key: value for key, (_, value) in best.items()}


@given(st.lists(rules, max_size=6), st.lists(triggers, max_size=6))
def test_long_after_all_faults_every_input_is_at_rest(rs, faults):
    assert all(v == 0.0 for v in evaluate(rs, faults, 60.0).values())
