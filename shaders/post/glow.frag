// Scene on black with its glow, a lens fringe towards the corners, saturating tone.
#include "tone.glsl"
#include "dither.glsl"
uniform sampler2D u_scene, u_near, u_far;
uniform float u_gain;
varying vec2 v_uv;

void main() {
    vec2 d = v_uv - 0.5;
    vec2 o = d * (dot(d, d) * 0.010 + 0.0009);
    vec4 here = texture2D(u_scene, v_uv);
    vec3 c = vec3(texture2D(u_scene, v_uv + o).r, here.g, texture2D(u_scene, v_uv - o).b);
    c += u_gain * (0.55 * texture2D(u_near, v_uv).rgb + 0.75 * texture2D(u_far, v_uv).rgb);
    c = dither(to_srgb(glow(c)));
#ifdef TRANSPARENT
    float cover = clamp(max(c.r, max(c.g, c.b)), 0.0, 1.0);     // light has no edge: it covers as far as it shines
    gl_FragColor = vec4(c, here.a > 0.0 ? 1.0 : cover);
#else
    gl_FragColor = vec4(c, dot(c, vec3(0.299, 0.587, 0.114)));
#endif
}
