// The probe texture: one column a slot, four rows; see README.md. Weights come carried as slot + 0.999 x weight.
uniform sampler2D u_probe;
uniform float u_slots;

vec4 probe(float slot, float row) {
    return texture2D(u_probe, vec2((slot + 0.5) / u_slots, (row + 0.5) / 4.0));
}

vec4 weights_of(vec4 carried) {
    return fract(carried) / 0.999;
}
