// Scene and occlusion over the studio, to the screen's range. Luma goes to alpha for the antialiasing, unless TRANSPARENT.
#include "tone.glsl"
#include "background.glsl"
uniform sampler2D u_scene, u_occlusion;
varying vec2 v_uv;

void main() {
    vec4 s = texture2D(u_scene, v_uv);
    vec3 c;
    if (s.a > 0.0) {
        c = s.rgb * pow(vec3(texture2D(u_occlusion, v_uv).r), vec3(0.90, 1.05, 1.12));
    } else {
#ifdef TRANSPARENT
        gl_FragColor = vec4(0.0);
        return;
#else
        c = background(v_uv) + s.rgb;
#endif
    }
    c = dither(to_srgb(neutral(c)));
#ifdef TRANSPARENT
    gl_FragColor = vec4(c, 1.0);
#else
    gl_FragColor = vec4(c, dot(c, vec3(0.299, 0.587, 0.114)));
#endif
}
