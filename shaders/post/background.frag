// The studio behind what has been drawn straight to the screen.
#include "tone.glsl"
#include "background.glsl"
varying vec2 v_uv;

void main() {
    gl_FragColor = vec4(dither(to_srgb(neutral(background(v_uv)))), 1.0);
}
