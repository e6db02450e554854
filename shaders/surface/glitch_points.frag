// One grain of light, added; alpha stays what it was.
varying vec3 v_light;

void main() {
    vec2 q = gl_PointCoord * 2.0 - 1.0;
    gl_FragColor = vec4(v_light * exp(-2.6 * dot(q, q)), 0.0);
}
