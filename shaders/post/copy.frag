uniform sampler2D u_picture;
varying vec2 v_uv;

void main() {
    gl_FragColor = texture2D(u_picture, v_uv);
}
