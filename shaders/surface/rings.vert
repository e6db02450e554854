// The floor of the hologram.
attribute vec2 a_seed;
uniform mat4 u_view, u_projection;
uniform vec3 u_floor;
uniform float u_reach;
varying vec2 v_place;       // mm on the floor of a jaw of ordinary size

void main() {
    v_place = a_seed * 50.0;
    vec2 flat_ = v_place * u_reach;
    gl_Position = u_projection * u_view * vec4(u_floor + vec3(flat_.x, 0.0, flat_.y), 1.0);
}
