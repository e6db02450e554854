varying float v_light;

void main() {
    vec2 q = gl_PointCoord * 2.0 - 1.0;
    gl_FragColor = vec4(vec3(0.25, 0.75, 1.0) * v_light * exp(-3.0 * dot(q, q)), 0.0);
}
