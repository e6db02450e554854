// Clinical: enamel, gingiva or stone under studio light. No bump noise: review must not see geometry that is not there.
#include "point.glsl"
#include "clinical.glsl"
#include "overlay.glsl"
#include "marks.glsl"
#ifdef GLITCH
uniform float u_time, u_glitch, u_harmonise;
uniform mat4 u_view, u_projection;
#include "glitch_fragment.glsl"
#endif

void main() {
#ifdef LIT
    gl_FragColor = vec4(marked(inside_out() ? INSIDE : v_lit), 1.0);
#else
    vec3 n = normal_here();
    vec4 material = material_here();
    vec2 shape = shape_here();
    Material m = clinical_material(material, shape, gum_here(material));
#ifdef PAINTED
    m.albedo *= v_colour;
#elif defined(COLOUR)
    m = scanned(m, v_colour);
#endif
    vec3 c = clinical(v_view, n, material, shape, m);
    if (!gl_FrontFacing) c = back_face(n);
#ifdef OVERLAY
    c = mix(c, keep_dark(overlaid(c, n)), step(0.5, v_overlay.y));
#endif
    c = marked(c);
#ifdef GLITCH
    glitch_fragment(c, n, normalize(-v_view));
#endif
    put(c);
#endif
}
