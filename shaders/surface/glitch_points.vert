// Grains of a faulty tooth: torn off it in a curl field, then drawn into three corollas of a rose about its probe.
attribute vec3 a_place;     // on the tooth, world mm
attribute vec3 a_outward;   // unit normal there
attribute vec4 a_chance;    // 0..1 each
uniform mat4 u_view, u_projection;
uniform vec3 u_centre, u_axis;          // probe, level outward direction
uniform float u_time, u_noise, u_form;  // seconds; strengths of this fault, 0..1
uniform float u_size;                   // pixels of the picture a 720th of its height
uniform float u_strands, u_gain;        // strands a petal of the inner corollas; light a grain
varying vec3 v_light;
#include "glitch_common.glsl"
const float STAY = 0.34;

vec3 curl(vec3 p) {
    return 0.5 * vec3(sin(p.y * 1.7 + p.z) + cos(p.z * 2.3), sin(p.z * 1.9 + p.x) + cos(p.x * 2.1), sin(p.x * 1.6 + p.y) + cos(p.y * 2.7));
}

// Where a grain is while there is noise: a third stay and keep the tooth's outline; the others go with their slice, off the
// surface, some thrown far along the arch.
vec3 torn(vec3 side, vec3 flow, float k) {
    if (a_chance.w < STAY) return a_place + (a_outward * 0.25 + flow * 0.20) * k;
    float slice = slice_of(a_place.y);
    vec3 p = a_place + side * (slip_of(slice) * SLICE_SLIP * k);
    float far = a_chance.x * a_chance.x;
    p += k * (a_outward * (0.1 + 6.0 * far * far) + u_axis * 0.8 * a_chance.y * a_chance.y);
    p += k * (flow + 0.8 * u_axis) * (0.2 + 5.2 * a_chance.z * a_chance.z);
    float thrown = step(0.8, chance(slice + floor(u_time * GLITCH_RATE)));
    return p + side * (thrown * (a_chance.w - 0.5) * 9.0 * k);
}

void main() {
    vec3 side = along(u_axis), up = cross(u_axis, side);
    vec3 flow = curl(a_place * 0.42 + vec3(0.0, 0.7 * u_time, 0.0));
    flow += 0.45 * curl(a_place * 0.8 + flow + u_time);

    // the rose: corollas of 6, 6 and 12 petals, each petal a bundle of strands
    float corolla = floor(a_chance.z * 3.0);
    bool outer = corolla > 1.5;
    float petals = outer ? 12.0 : 6.0;
    // along a petal grains lie evenly on the line itself, not in angle: its flanks are steep and would break up
    float at = a_chance.y * petals;
    float u = fract(at) * 2.0 - 1.0;
    float bend = mix(1.5708 * u, sign(u) * acos(1.0 - abs(u)), 0.65);
    float angle = (6.28318 * floor(at) + 2.0 * bend) / petals + corolla * 0.5236 + 0.10 * u_time;
    float petal = pow(max(cos(bend), 0.0), outer ? 1.4 : 0.85);
    float strands = outer ? floor(u_strands * 0.6) : u_strands;
    float strand = (floor(a_chance.w * strands) + 1.0) / strands;
    strand = strand * (0.90 + 0.10 * strand) + 0.006 * (a_chance.x - 0.5);
    float radius = corolla < 0.5 ? 5.2 : corolla < 1.5 ? 9.0 : 12.6;
    float inner = outer ? 6.2 : 0.6;
    float r = inner + (radius - inner) * strand * petal;
    float lift = (corolla < 0.5 ? 5.2 : corolla < 1.5 ? 3.4 : 1.4) * r * r / (radius * radius);
    lift += 1.1 + 0.35 * sin(2.2 * r - 2.6 * u_time);
    vec3 from = (side * cos(angle) + up * sin(angle)) * r + u_axis * lift;

    float m = clamp(u_form * 2.1 - 1.1 * a_chance.x, 0.0, 1.0);     // they come home one after another
    m = m * m * (3.0 - 2.0 * m);
    float between = 4.0 * m * (1.0 - m);        // on the way: a swirl about the axis
    float s = sin(0.9 * between), c = cos(0.9 * between);
    vec3 flower = u_centre + from * c + cross(u_axis, from) * s + u_axis * dot(u_axis, from) * (1.0 - c);
    vec3 p = mix(torn(side, flow, u_noise), flower, m) + between * (0.9 * flow + 2.2 * u_axis);
    gl_Position = u_projection * u_view * vec4(p, 1.0);

    float seen = max(smoothstep(0.02, 0.25, u_noise) * (0.25 + 0.75 * u_noise), smoothstep(0.0, 0.3, u_form) * (0.25 + 0.75 * m));
    vec3 noisy = mix(vec3(1.0, 0.16, 0.42), vec3(0.30, 0.80, 1.0), step(0.5, fract(a_chance.w * 7.0))) * (0.5 + 1.2 * a_chance.x);
    noisy = mix(noisy, vec3(1.30, 1.25, 1.20), step(0.93, a_chance.y));
    noisy = mix(noisy, vec3(0.16, 0.62, 0.90), step(a_chance.w, STAY) * 0.8);
    vec3 formed = mix(form_colour(r / 15.0) * 1.15, vec3(1.0, 0.93, 0.80), 0.35 * pow(strand * petal, 6.0));
    formed *= (corolla < 0.5 ? 0.45 : 1.0) * (0.45 + 0.75 * strand * strand) * (0.65 + 0.35 * sin(2.2 * r - 2.6 * u_time + 1.0));
    v_light = mix(noisy, formed, m) * (seen * u_gain * mix(0.62, 0.065, m));
    float noise_size = 1.6 + 1.8 * a_chance.x * a_chance.x * u_noise + 2.5 * step(0.985, a_chance.y);
    gl_PointSize = u_size * mix(noise_size, 5.0 + 2.0 * step(0.985, a_chance.x), m);
    if (seen < 0.01) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
}
