// Seven taps along one axis, none across a step in depth.
uniform sampler2D u_occlusion;
uniform vec2 u_step;
varying vec2 v_uv;

void main() {
    vec4 c = texture2D(u_occlusion, v_uv);
    float sum = c.r, weight = 1.0;
    for (int i = -3; i <= 3; i++) {
        if (i == 0) continue;
        vec4 q = texture2D(u_occlusion, v_uv + u_step * float(i));
        float k = max(0.0, 1.0 - abs(q.g - c.g) * 0.8);
        sum += q.r * k;
        weight += k;
    }
    gl_FragColor = vec4(sum / weight, c.g, 0.0, 1.0);
}
