// Plain shading, quick under the hand: one key, a sky, a little sheen, so that small changes of form show.
#include "point.glsl"

void main() {
    vec3 n = normal_here();
    vec3 sky = mix(vec3(0.10, 0.09, 0.09), vec3(0.36, 0.38, 0.41), n.y * 0.5 + 0.5);
    float key = max(dot(n, vec3(-0.452, 0.602, 0.658)), 0.0);
    float rim = 1.0 - max(n.z, 0.0);
    vec3 albedo = gl_FrontFacing ? vec3(0.66, 0.60, 0.53) : vec3(0.10, 0.11, 0.13);
    vec3 c = albedo * (sky + key * vec3(0.80, 0.77, 0.73)) + 0.10 * rim * rim * rim;
    float half_ = max(dot(n, vec3(-0.248, 0.331, 0.911)), 0.0);     // half way between key and eye
    half_ *= half_;
    half_ *= half_;
    half_ *= half_;
    half_ *= half_;
    c += 0.10 * half_;
#ifdef DIRECT
    gl_FragColor = vec4(sqrt(clamp(c, 0.0, 1.0)), 1.0);     // near enough to sRGB, and a third of its price
#else
    gl_FragColor = vec4(c, -v_view.z);
#endif
}
