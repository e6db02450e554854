// Materials lit by the normal alone, computed: nothing is looked up. n: unit, view space. For the screen, about sRGB.
// MATCAP: 1 clay · 2 red wax · 3 dental stone · 4 porcelain · 5 zebra stripes, which break where a surface does.

float lamp(vec3 n, vec3 towards, float wrap) {
    float d = clamp((dot(n, towards) + wrap) / (1.0 + wrap), 0.0, 1.0);
    return d * d;
}

float shine(vec3 n, vec3 half_way, float power) {
    return pow(max(dot(n, half_way), 0.0), power);
}

const vec3 MATCAP_KEY = vec3(-0.452, 0.602, 0.658), MATCAP_HALF = vec3(-0.248, 0.331, 0.911);
const vec3 MATCAP_FILL = vec3(0.82, 0.10, 0.56), MATCAP_BACK = vec3(0.30, -0.86, 0.41);

vec3 matcap(vec3 n) {
    float rim = 1.0 - max(n.z, 0.0);
#if MATCAP == 1
    vec3 c = vec3(0.40, 0.375, 0.35) * (0.16 + 1.05 * lamp(n, MATCAP_KEY, 0.35) + 0.22 * lamp(n, MATCAP_FILL, 0.2));
    c += vec3(0.05, 0.06, 0.08) * lamp(n, MATCAP_BACK, 0.1) + 0.05 * shine(n, MATCAP_HALF, 14.0);
#elif MATCAP == 2
    vec3 c = vec3(0.47, 0.105, 0.07) * (0.20 + 1.0 * lamp(n, MATCAP_KEY, 0.55)) + vec3(0.24, 0.03, 0.02) * rim * rim;
    c += vec3(1.0, 0.80, 0.72) * (0.30 * shine(n, MATCAP_HALF, 60.0) + 0.09 * shine(n, MATCAP_HALF, 9.0));
#elif MATCAP == 3
    vec3 c = vec3(0.72, 0.56, 0.33) * (0.14 + 0.92 * lamp(n, MATCAP_KEY, 0.25) + 0.20 * lamp(n, MATCAP_FILL, 0.1));
    c += vec3(0.07, 0.06, 0.05) * lamp(n, MATCAP_BACK, 0.0);
#elif MATCAP == 4
    vec3 c = vec3(0.70, 0.71, 0.70) * (0.22 + 0.72 * lamp(n, MATCAP_KEY, 0.45) + 0.16 * lamp(n, MATCAP_FILL, 0.3));
    c += vec3(0.50) * shine(n, MATCAP_HALF, 160.0) + vec3(0.30, 0.34, 0.40) * shine(n, normalize(MATCAP_FILL + vec3(0.0, 0.0, 1.0)), 90.0);
    c += vec3(0.16, 0.18, 0.21) * rim * rim * rim;
#else
    vec3 r = reflect(vec3(0.0, 0.0, -1.0), n);
    float along = atan(r.y, max(r.z + 1.0, 1e-3)) * 9.0;
    float stripe = smoothstep(-0.25, 0.25, sin(along * 2.0));
    vec3 c = mix(vec3(0.035, 0.04, 0.05), vec3(0.62, 0.64, 0.66), stripe) * (0.45 + 0.55 * max(n.z, 0.0));
#endif
    return sqrt(clamp(c, 0.0, 1.0));
}
