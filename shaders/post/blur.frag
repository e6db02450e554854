// Nine Gaussian taps along one axis in five samples.
uniform sampler2D u_source;
uniform vec2 u_step;
varying vec2 v_uv;

vec3 pair(float away) {
    return texture2D(u_source, v_uv + away * u_step).rgb + texture2D(u_source, v_uv - away * u_step).rgb;
}

void main() {
    vec3 c = 0.2270270 * texture2D(u_source, v_uv).rgb + 0.3162162 * pair(1.3846154) + 0.0702703 * pair(3.2307692);
    gl_FragColor = vec4(c, 1.0);
}
