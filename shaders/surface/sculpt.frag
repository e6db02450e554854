// Sculpt: plain shading, quick under the hand.
#include "point.glsl"
#include "plain.glsl"

void main() {
#ifdef LIT
    gl_FragColor = vec4(inside_out() ? INSIDE : v_lit, 1.0);
#else
    vec3 n = normal_here();
    gl_FragColor = vec4(gl_FrontFacing ? plain(n) : vec3(0.17, 0.18, 0.20) * (0.7 + 0.5 * n.y), 1.0);
#endif
}
