attribute vec3 a_position;
attribute vec4 a_colour;
uniform mat4 u_view, u_projection;
varying vec4 v_colour;
varying float v_z;

void main() {
    vec4 seen = u_view * vec4(a_position, 1.0);
    v_z = seen.z;
    v_colour = a_colour;
    gl_Position = u_projection * seen;
}
