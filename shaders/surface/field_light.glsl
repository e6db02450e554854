// The light of the field look: flattened, so that colours compare with the legend; anatomy stays readable.

void field_light(vec3 p, vec3 n, vec4 material, vec2 shape, float gum, out vec3 light, out vec3 gloss) {
    vec3 eye = normalize(-p);
    float hollow = cavity(material);
    float open_ = mix(0.55, 1.0, shape.y);
    light = mix(vec3(0.80), diffuse_light(n, vec3(0.25)), mix(0.62, 1.0, gum)) * open_ * mix(1.0, 0.45, hollow);
    float shine = fresnel(clamp(dot(n, eye), 0.0, 1.0), 0.045, 0.17) * (1.0 - 0.8 * hollow) * open_;
    gloss = shine * mix(0.30, 0.6, gum) * studio(reflect(-eye, n), 0.16);
}
