// Sculpt: plain shading, quick under the hand.
#include "point.glsl"
#include "plain.glsl"
#include "overlay.glsl"

void main() {
#ifdef LIT
    gl_FragColor = vec4(inside_out() ? INSIDE : v_lit, 1.0);
#else
    vec3 n = normal_here();
    vec3 c = gl_FrontFacing ? plain(n) : vec3(0.17, 0.18, 0.20) * (0.7 + 0.5 * n.y);
#ifdef OVERLAY
    c = quick_srgb(overlaid(c * c, n));
    c = mix(c, gl_FrontFacing ? plain(n) : c, 1.0 - step(0.5, v_overlay.y));
#endif
    gl_FragColor = vec4(c, 1.0);
#endif
}
