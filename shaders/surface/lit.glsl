// Light per vertex, while the camera moves: triangles are a few pixels small then, and vertices far fewer than pixels.
#ifdef PLAIN
#include "plain.glsl"

void light_vertex(vec3 p, vec3 n) {
    v_lit = plain(n);
#ifdef COLOUR
    v_lit *= sqrt(a_colour);
#endif
    v_away = dot(p, n);
}
#else
#include "tone.glsl"
#include "clinical.glsl"
#ifdef FIELDS
#include "field_light.glsl"
#endif

void light_vertex(vec3 p, vec3 n) {
    v_away = dot(p, n);
#ifdef ATTRIBUTES
    vec4 material = a_material;
    vec2 shape = a_shape;
#else
    vec4 material = vec4(0.0, 0.5, 0.0, 0.0);
    vec2 shape = vec2(8.0, 1.0);
#endif
    float gum = smoothstep(0.1, 0.9, material.x);       // softer than at rest: a border between few vertices would be spiky
#ifdef FIELDS
    field_light(p, n, material, shape, gum, v_lit, v_gloss);
#else
    Material m = clinical_material(material, shape, gum);
#ifdef PAINTED
    m.albedo *= a_colour;
#elif defined(COLOUR)
    m = scanned(m, a_colour);
#endif
    v_lit = quick_srgb(neutral(clinical(p, n, material, shape, m)));
#endif
}
#endif
