// Set type, premultiplied, pixel for pixel.
uniform sampler2D u_label;
varying vec2 v_uv;

void main() {
    gl_FragColor = texture2D(u_label, v_uv);
}
