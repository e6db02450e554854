// Plain shading, quick under the hand.
varying vec3 v_view;
varying vec3 v_normal;

vec3 facing_normal() {
#ifdef NORMALS
    vec3 n = normalize(v_normal);
#else
    vec3 n = normalize(cross(dFdx(v_view), dFdy(v_view)));
#endif
    return dot(n, v_view) > 0.0 ? -n : n;
}

void main() {
    vec3 n = facing_normal();
    vec3 sky = mix(vec3(0.10, 0.09, 0.09), vec3(0.36, 0.38, 0.41), n.y * 0.5 + 0.5);
    float key = max(dot(n, vec3(-0.452, 0.602, 0.658)), 0.0);
    vec3 albedo = gl_FrontFacing ? vec3(0.80, 0.74, 0.66) : vec3(0.30, 0.31, 0.34);
    vec3 c = sqrt(albedo * (sky + key * vec3(0.85, 0.82, 0.78)));
    gl_FragColor = vec4(c, 1.0);
}
