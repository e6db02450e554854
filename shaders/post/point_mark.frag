#include "hidden.glsl"
varying vec4 v_colour;
varying vec2 v_kind;
varying float v_z;

void main() {
    vec2 q = (gl_PointCoord * 2.0 - 1.0) * (v_kind.x + 6.0) * 0.5;     // pixels from the middle
    float r = length(q), radius = v_kind.x * 0.5, rim = max(1.0, radius * 0.16);
    float cross_ = min(abs(q.x - q.y), abs(q.x + q.y)) * 0.7071;
    float crossed = v_kind.y * smoothstep(rim * 0.9, rim * 0.4, cross_) * step(r, radius * 0.52);
    vec3 c = mix(v_colour.rgb, vec3(1.0), crossed);
    c = mix(c, vec3(1.0), smoothstep(-0.5, 0.5, r - radius + 2.6 * rim));
    c = mix(c, vec3(0.02), smoothstep(-0.5, 0.5, r - radius + rim * 0.9));
    float a = v_colour.a * smoothstep(0.6, -0.6, r - radius) * seen_at(v_z);
    gl_FragColor = vec4(c * a, a);
}
