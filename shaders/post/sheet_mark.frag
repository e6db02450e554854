#include "hidden.glsl"
varying vec4 v_colour;
varying float v_z;

void main() {
    vec3 s = surface_here();
    float behind = s.z == 0.0 ? 0.0 : smoothstep(-0.02, 0.02, s.z - v_z);   // a sheet cuts the surface: a sharp line there
    float a = v_colour.a * mix(1.0, u_faint, behind);
    gl_FragColor = vec4(v_colour.rgb * a, a);
}
