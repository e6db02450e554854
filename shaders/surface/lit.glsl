// Colour per vertex: while the camera moves, triangles are about as small as a few pixels, and vertices are far fewer.
#include "clinical.glsl"

vec3 lit() {
    vec3 n = normalize(v_normal);
#ifdef ATTRIBUTES
    vec4 material = v_material;
    vec2 shape = v_shape;
#else
    vec4 material = vec4(0.0, 0.5, 0.0, 0.0);
    vec2 shape = vec2(8.0, 1.0);
#endif
    return clinical(v_view, n, material, shape, clinical_material(material, shape, smoothstep(0.4, 0.6, material.x)));
}
