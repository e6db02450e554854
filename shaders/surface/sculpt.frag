// Sculpt: plain shading or a matcap, quick under the hand; see-through; the ghost of the original; edges.
#include "point.glsl"
#include "plain.glsl"
#include "overlay.glsl"
#include "marks.glsl"

void main() {
#if defined(WIRE)
    gl_FragColor = vec4(0.02, 0.03, 0.04, 0.5);
#elif defined(LIT)
    vec3 c = inside_out() ? INSIDE : v_lit;
    gl_FragColor = vec4(marked(c), 1.0);
#else
    vec3 n = normal_here();
#if defined(GHOST)
    float rim = 1.0 - abs(n.z);
    gl_FragColor = vec4(vec3(0.30, 0.66, 0.95) * (0.55 + 0.45 * n.y), 0.26 + 0.60 * rim * rim);
#elif defined(SEE_THROUGH)
    float rim = 1.0 - abs(n.z);
    gl_FragColor = vec4(marked(vec3(0.55, 0.80, 1.0) * (0.075 + 0.70 * rim * rim)), 1.0);
#else
    vec3 c = gl_FrontFacing ? plain(n) : vec3(0.17, 0.18, 0.20) * (0.7 + 0.5 * n.y);
#ifdef COLOUR
    c *= sqrt(v_colour);
#endif
#ifdef OVERLAY
    vec3 under = c;
    c = quick_srgb(overlaid(c * c, n));
    c = mix(c, gl_FrontFacing ? under : c, 1.0 - step(0.5, v_overlay.y));
#endif
    gl_FragColor = vec4(marked(c), 1.0);
#endif
#endif
}
