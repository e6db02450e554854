// What vertices, fragments and points of the glitch share: chance, noise, slices, palette. See README.md for the hooks.

// Steps a second in which the noise jumps: below the flash limiter's concern for small areas, above a stutter.
const float GLITCH_RATE = 10.0;
// mm: height of a slice, farthest slip, deepest crumple
const float SLICE_HEIGHT = 2.1;
const float SLICE_SLIP = 3.4;
const float CRUMPLE = 2.2;

float chance(float n) {
    return fract(sin(n * 127.1) * 43758.5453);
}

float chance2(vec2 p) {
    return fract(sin(dot(p, vec2(127.1, 311.7))) * 43758.5453);
}

float chance3(vec3 p) {
    p = fract(p * vec3(0.1031, 0.1030, 0.0973));
    p += dot(p, p.yxz + 33.33);
    return fract((p.x + p.y) * p.z);
}

// Value noise, 0..1, about one feature a unit.
float grain(vec3 p) {
    vec3 i = floor(p), f = fract(p);
    f = f * f * (3.0 - 2.0 * f);
    vec4 low = vec4(chance3(i), chance3(i + vec3(1, 0, 0)), chance3(i + vec3(0, 1, 0)), chance3(i + vec3(1, 1, 0)));
    i.z += 1.0;
    vec4 high = vec4(chance3(i), chance3(i + vec3(1, 0, 0)), chance3(i + vec3(0, 1, 0)), chance3(i + vec3(1, 1, 0)));
    vec4 z = mix(low, high, f.z);
    vec2 y = mix(z.xy, z.zw, f.y);
    return mix(y.x, y.y, f.x);
}

// Which slice a height lies in: whole numbers, thin and thick in turn; the cuts wander from beat to beat.
float slice_of(float height) {
    float s = height / SLICE_HEIGHT + 0.37 * floor(u_time * GLITCH_RATE);
    return 2.0 * floor(s) + step(0.38, fract(s));
}

// How far a slice slips, -1..1; three in ten stay, so that the tooth keeps its outline.
float slip_of(float slice) {
    float r = chance2(vec2(slice, floor(u_time * GLITCH_RATE))) * 2.0 - 1.0;
    return sign(r) * smoothstep(0.30, 1.0, abs(r));
}

// Energy to strength: weak faults do not tear.
float strength_of(float energy) {
    return smoothstep(0.10, 0.80, energy);
}

// Gold, coral, orchid, indigo, teal.
vec3 form_colour(float x) {
    x = clamp(x, 0.0, 1.0) * 4.0;
    vec3 gold = vec3(1.00, 0.80, 0.42), coral = vec3(1.00, 0.40, 0.30), orchid = vec3(0.82, 0.22, 0.62);
    vec3 indigo = vec3(0.26, 0.28, 0.95), teal = vec3(0.06, 0.70, 0.80);
    vec3 c = mix(gold, coral, clamp(x, 0.0, 1.0));
    c = mix(c, orchid, clamp(x - 1.0, 0.0, 1.0));
    c = mix(c, indigo, clamp(x - 2.0, 0.0, 1.0));
    return mix(c, teal, clamp(x - 3.0, 0.0, 1.0));
}

// A level outward direction and the frame about it: x along the arch, y up.
vec3 level(vec3 outward) {
    vec3 flat_ = vec3(outward.x, 0.0, outward.z);
    float l = length(flat_);
    return l > 0.2 ? flat_ / l : normalize(outward + vec3(0.0, 0.0, 1e-3));
}

vec3 along(vec3 outward) {
    vec3 t = cross(vec3(0.0, 1.0, 0.0), outward);
    float l = length(t);
    return l > 1e-3 ? t / l : vec3(1.0, 0.0, 0.0);
}
