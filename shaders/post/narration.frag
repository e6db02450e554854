// A caption, premultiplied, pixel for pixel, as strong as its fade has got.
uniform sampler2D u_label;
uniform float u_strength;
varying vec2 v_uv;

void main() {
    gl_FragColor = texture2D(u_label, v_uv) * u_strength;
}
