// What teeth and gums are made of. material: gum 0..1, crown height, curvature fine, coarse. shape: thickness mm, occlusion.

struct Material {
    vec3 albedo;
    vec3 wrap;
    float rough;
    float f0;
    float gloss;
};

Material enamel(vec4 material, vec2 shape) {
    float neck = 1.0 - smoothstep(-0.05, 0.50, material.y);
    float edge = (1.0 - smoothstep(1.4, 3.6, shape.x)) * smoothstep(0.50, 0.95, material.y);
    vec3 albedo = vec3(0.830, 0.755, 0.635);
    albedo = mix(albedo, vec3(0.72, 0.545, 0.36), 0.65 * neck);       // dentine shines through at the neck
    albedo = mix(albedo, vec3(0.47, 0.525, 0.585), 0.75 * edge);       // bluish where the edge is thin
    return Material(albedo, vec3(0.34, 0.25, 0.17), 0.11, 0.055, 1.05);
}

Material gingiva(vec4 material) {
    vec3 albedo = mix(vec3(0.60, 0.270, 0.250), vec3(0.50, 0.165, 0.155), smoothstep(0.0, 0.7, material.w));
    return Material(albedo, vec3(0.50, 0.20, 0.17), 0.16, 0.040, 1.15);
}

// An unlabelled scan: ivory stone, a little duller than enamel, so that form is all that speaks.
Material stone() {
    return Material(vec3(0.735, 0.665, 0.555), vec3(0.30, 0.24, 0.18), 0.26, 0.040, 0.85);
}

Material blend(Material a, Material b, float k) {
    return Material(mix(a.albedo, b.albedo, k), mix(a.wrap, b.wrap, k), mix(a.rough, b.rough, k), mix(a.f0, b.f0, k),
                    mix(a.gloss, b.gloss, k));
}

float cavity(vec4 material) {
    return clamp(0.45 * smoothstep(0.06, 0.9, material.z) + 0.48 * smoothstep(0.05, 0.55, material.w), 0.0, 1.0);
}
