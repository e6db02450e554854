// What a fault does to places: slices slip along the arch, the surface crumples; form lifts it in gentle waves.
// Define TORN: a fault of this part is noise still.
#include "glitch_common.glsl"

void glitch_vertex(inout vec3 position, inout vec3 normal) {
    float e = strength_of(v_fault.x);
    v_glitch = vec2(0.0);
#ifdef TORN
    float k = e * fault_noise() * u_glitch;
    float slice = slice_of(position.y);
    float beat = floor(u_time * GLITCH_RATE);
    float bump = grain(position * 0.55 + vec3(0.0, 0.0, beat * 0.37)) - 0.40;
    position += along(level(fault_normal())) * (slip_of(slice) * SLICE_SLIP * k);
    position += normal * (0.5 * k * k + CRUMPLE * bump * k);
    v_glitch = vec2(k, slice);
#endif
    float r = v_fault.w;
    position += normal * (0.16 * u_harmonise * e * fault_form() * exp(-r / 16.0) * sin(2.2 * r - 2.6 * u_time));
}
