// The clinical look of one point; no derivatives, so that vertices can be lit as well as pixels.
#include "light.glsl"
#include "material.glsl"

Material clinical_material(vec4 material, vec2 shape, float gum) {
#ifdef LABELLED
    return blend(enamel(material, shape), gingiva(material), gum);
#else
    return stone();
#endif
}

#ifdef COLOUR
// What the scanner's camera saw; its own light is in it, so a little is given back to ours.
Material scanned(Material m, vec3 colour) {
    m.albedo = min(colour * 1.15, vec3(0.92));
    return m;
}
#endif

// p: view-space place, n: unit normal towards the outside, hidden: baked occlusion 0 enclosed .. 1 open
vec3 clinical(vec3 p, vec3 n, vec4 material, vec2 shape, Material m) {
    vec3 eye = normalize(-p);
    float nv = clamp(dot(n, eye), 0.0, 1.0);
    float hollow = cavity(material);
    float ridge = smoothstep(0.15, 0.9, -material.w);
    float open_ = mix(0.42, 1.08, shape.y);
    vec3 c = m.albedo * mix(vec3(1.0), vec3(0.56, 0.41, 0.32), hollow) * (1.0 + 0.10 * ridge);
    c *= diffuse_light(n, m.wrap) * pow(vec3(open_), vec3(0.92, 1.05, 1.12));   // light that bounced stays warm
    float thin = 1.0 - smoothstep(0.8, 3.2, shape.x);
    float through = clamp(dot(-eye, normalize(RIM + n * 0.4)) * 0.5 + 0.5, 0.0, 1.0);
    c += m.albedo * vec3(1.0, 0.80, 0.55) * 0.22 * thin * through * through * through;
    c += m.gloss * fresnel(nv, m.f0, m.rough) * (1.0 - 0.8 * hollow) * open_ * studio(reflect(-eye, n), m.rough);
    return c;
}

vec3 back_face(vec3 n) {
    return BACK_FACE * diffuse_light(n, vec3(0.2));
}
