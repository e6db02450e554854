// Pixel for pixel. Define OPAQUE: what stands in alpha is not alpha.
uniform sampler2D u_picture;
varying vec2 v_uv;

void main() {
    vec4 c = texture2D(u_picture, v_uv);
#ifdef OPAQUE
    c.a = 1.0;
#endif
    gl_FragColor = c;
}
