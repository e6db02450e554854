// A share of a picture, to be added up.
uniform sampler2D u_picture;
uniform float u_share;
varying vec2 v_uv;

void main() {
    gl_FragColor = texture2D(u_picture, v_uv) * u_share;
}
