#include "hidden.glsl"
varying vec4 v_colour;
varying vec3 v_place;
varying float v_long;
varying float v_z;

void main() {
    float beyond = max(-v_place.x, v_place.x - v_long);
    float away = length(vec2(max(beyond, 0.0), v_place.y));     // round ends, so that joints close
    float a = v_colour.a * clamp(v_place.z + 0.5 - away, 0.0, 1.0) * seen_at(v_z);
    gl_FragColor = vec4(v_colour.rgb * a, a);
}
