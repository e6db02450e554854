// One grain of light, added; alpha stays what it was. Define DIRECT: the picture is in the screen's range already.
varying vec3 v_light;

void main() {
    vec2 q = gl_PointCoord * 2.0 - 1.0;
    vec3 c = v_light * exp(-2.6 * dot(q, q));
#ifdef DIRECT
    c = sqrt(max(c, 0.0)) * 0.8;
#endif
    gl_FragColor = vec4(c, 0.0);
}
