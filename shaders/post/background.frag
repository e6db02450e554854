// Define SMOOTH: without bands, for a picture at rest.
#ifdef SMOOTH
#include "dither.glsl"
#endif
varying vec3 v_colour;

void main() {
#ifdef SMOOTH
    gl_FragColor = vec4(dither(v_colour), 1.0);
#else
    gl_FragColor = vec4(v_colour, 1.0);
#endif
}
