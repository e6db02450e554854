// The studio behind: worked out at the corners of a coarse grid, since it is smooth and pixels are many.
#include "tone.glsl"
#include "background.glsl"
attribute vec2 a_corner;        // 0..1
varying vec3 v_colour;          // for the screen

void main() {
    v_colour = quick_srgb(neutral(background(a_corner)));
    gl_Position = vec4(a_corner * 2.0 - 1.0, 1.0, 1.0);     // behind everything that has been drawn
}
