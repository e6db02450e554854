// A photographer's table: key, fill and rim in view space, a hemisphere, and soft boxes for reflections.

const vec3 KEY = vec3(-0.452, 0.602, 0.658);
const vec3 FILL = vec3(0.824, 0.103, 0.557);
const vec3 RIM = vec3(0.15, 0.55, -0.82);
const vec3 BACK_FACE = vec3(0.110, 0.113, 0.122);

// Light that wraps round the terminator by w per channel, as under skin.
vec3 wrapped(float nl, vec3 w) {
    vec3 d = clamp((nl + w) / (1.0 + w), 0.0, 1.0);
    return d * d * (1.6 - 0.6 * d);
}

vec3 diffuse_light(vec3 n, vec3 w) {
    vec3 sum = mix(vec3(0.075, 0.062, 0.060), vec3(0.24, 0.255, 0.28), n.y * 0.5 + 0.5);
    sum += vec3(1.00, 0.95, 0.88) * 0.84 * wrapped(dot(n, KEY), w);
    sum += vec3(0.66, 0.78, 1.00) * 0.26 * wrapped(dot(n, FILL), w);
    sum += vec3(0.80, 0.90, 1.00) * 0.30 * wrapped(dot(n, RIM), w * 0.5);
    return sum;
}

// A soft box seen in direction r: middle c, right side u, half size h, edge softness s.
float soft_box(vec3 r, vec3 c, vec3 u, vec2 h, float s) {
    float d = dot(r, c);
    vec2 q = abs(vec2(dot(r, u), dot(r, cross(c, u)))) / max(d, 1e-3);
    vec2 m = smoothstep(h + s, h - s, q);
    return d > 0.0 ? m.x * m.y : 0.0;
}

vec3 studio(vec3 r, float rough) {
    float s = 0.04 + rough * 0.9;
    float k = 1.0 / (1.0 + 6.0 * rough * rough);
    vec3 c = mix(vec3(0.05, 0.045, 0.045), vec3(0.30, 0.33, 0.38), smoothstep(-0.5, 0.9, r.y));
    c += vec3(1.00, 0.97, 0.93) * 9.0 * k * soft_box(r, KEY, vec3(0.824, 0.0, 0.566), vec2(0.34, 0.24), s);
    c += vec3(0.80, 0.90, 1.00) * 4.0 * k * soft_box(r, FILL, vec3(0.560, 0.0, -0.828), vec2(0.09, 0.62), s);
    c += vec3(0.85, 0.93, 1.00) * 3.0 * k * soft_box(r, vec3(0.0, 0.55, -0.835), vec3(1.0, 0.0, 0.0), vec2(0.9, 0.3), s + 0.1);
    return c;
}

float fresnel(float nv, float f0, float rough) {
    float k = 1.0 - nv;
    float k2 = k * k;
    return f0 + (1.0 - f0) * k2 * k2 * k * (1.0 - 0.6 * rough);
}
