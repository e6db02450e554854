// Half the size, only what is brighter than the threshold.
uniform sampler2D u_source;
uniform vec2 u_pixel;
uniform float u_threshold;
varying vec2 v_uv;

vec3 bright(vec2 offset) {
    vec3 c = texture2D(u_source, v_uv + offset * u_pixel).rgb;
    float peak = max(c.r, max(c.g, c.b));
    return c * max(0.0, peak - u_threshold) / max(peak, 1e-4) / (1.0 + 0.25 * peak);
}

void main() {
    vec3 sum = bright(vec2(-1.0, -1.0)) + bright(vec2(1.0, -1.0)) + bright(vec2(-1.0, 1.0)) + bright(vec2(1.0, 1.0));
    gl_FragColor = vec4(sum * 0.25, 1.0);
}
