// Scene and occlusion over the studio, to the screen's range. Luma goes to alpha for the antialiasing, unless TRANSPARENT.
#include "tone.glsl"
#include "dither.glsl"
uniform sampler2D u_scene, u_occlusion;
#ifndef TRANSPARENT
uniform sampler2D u_studio;
#endif
varying vec2 v_uv;

void main() {
    vec4 s = texture2D(u_scene, v_uv);
    vec3 c = vec3(0.0);
    float cover = 1.0;
    if (s.a > 0.0) {
        float open_ = texture2D(u_occlusion, v_uv).r;
        c = quick_srgb(neutral(s.rgb * open_ * mix(vec3(1.10, 0.95, 0.88), vec3(1.0), open_)));    // bounced light is warm
    } else {
        cover = 0.0;
        float light = max(s.r, max(s.g, s.b));
        if (light > 0.0) {                      // light without a surface: sparks before the studio
            c = quick_srgb(neutral(s.rgb));
            cover = max(c.r, max(c.g, c.b));
        }
#ifndef TRANSPARENT
        c = 1.0 - (1.0 - c) * (1.0 - texture2D(u_studio, v_uv).rgb);
#endif
    }
    c = dither(c);
#ifdef TRANSPARENT
    gl_FragColor = vec4(c * step(0.001, cover), cover);
#else
    gl_FragColor = vec4(c, dot(c, vec3(0.299, 0.587, 0.114)));
#endif
}
