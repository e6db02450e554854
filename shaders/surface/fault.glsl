// What faults a vertex feels, spread from the probes of its part; vertex shader only.
vec3 g_fault_normal;
vec4 g_fault_show;

vec3 fault_normal() {
    return g_fault_normal;
}

// Noise and form of the strongest probe itself, not spread.
float fault_noise() {
    return g_fault_show.x;
}

float fault_form() {
    return g_fault_show.y;
}

void feel_faults(vec4 carried, vec3 place) {
    vec4 slot = floor(carried);
    vec4 w = weights_of(carried);
    float strongest = -1.0, chosen = slot.x;
    vec3 felt = vec3(0.0);
    vec2 phase = vec2(0.0);
    for (int k = 0; k < 4; k++) {
        float id = k == 0 ? slot.x : k == 1 ? slot.y : k == 2 ? slot.z : slot.w;
        float share = k == 0 ? w.x : k == 1 ? w.y : k == 2 ? w.z : w.w;
        vec4 value = probe(id, 0.0), show = probe(id, 1.0), outward = probe(id, 3.0);
        felt += share * vec3(value.z, show.x, show.y);
        phase += share * vec2(cos(outward.w), sin(outward.w));
        float power = share * max(value.z, max(show.x, show.y));
        if (power > strongest) {
            strongest = power;
            chosen = id;
        }
    }
    vec4 show = probe(chosen, 1.0);
    v_fault_offset = place - probe(chosen, 2.0).xyz;
    v_fault = vec4(felt, length(v_fault_offset));
    v_fault_tint = vec4(phase, show.z, show.w);
    g_fault_normal = probe(chosen, 3.0).xyz;
    g_fault_show = show;
}
