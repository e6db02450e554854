attribute vec3 a_from, a_to;
attribute vec3 a_corner;        // end 0 or 1, side -1 or 1, half width in pixels
attribute vec4 a_colour;
uniform mat4 u_view, u_projection;
uniform vec2 u_size;
varying vec4 v_colour;
varying vec3 v_place;           // pixels along, across; half width
varying float v_long;
varying float v_z;

void main() {
    vec4 a = u_view * vec4(a_from, 1.0), b = u_view * vec4(a_to, 1.0);
    vec4 ca = u_projection * a, cb = u_projection * b;
    vec2 pa = ca.xy / ca.w * u_size * 0.5, pb = cb.xy / cb.w * u_size * 0.5;
    vec2 along = pb - pa;
    v_long = max(length(along), 1e-3);
    along /= v_long;
    float wide = a_corner.z + 1.0;
    vec2 shift = along * (a_corner.x * 2.0 - 1.0) * wide + vec2(-along.y, along.x) * a_corner.y * wide;
    v_place = vec3(mix(-wide, v_long + wide, a_corner.x), a_corner.y * wide, a_corner.z);
    v_colour = a_colour;
    vec4 c = a_corner.x < 0.5 ? ca : cb;
    v_z = a_corner.x < 0.5 ? a.z : b.z;
    gl_Position = vec4(c.xy + shift / u_size * 2.0 * c.w, c.z, c.w);
}
