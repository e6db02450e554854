// A box in pixels from the top left.
attribute vec2 a_corner;
uniform vec4 u_box;
uniform vec2 u_size;
varying vec2 v_uv;

void main() {
    v_uv = a_corner;
    vec2 p = (u_box.xy + a_corner * u_box.zw) / u_size * 2.0 - 1.0;
    gl_Position = vec4(p.x, -p.y, 0.0, 1.0);
}
