#include "dither.glsl"
varying vec3 v_colour;

void main() {
    gl_FragColor = vec4(dither(v_colour), 1.0);
}
