// One key, a sky, a little sheen: small changes of form show, and it costs next to nothing. For the screen, about sRGB.
#ifdef MATCAP
#include "matcap.glsl"
#endif

vec3 plain(vec3 n) {
#ifdef MATCAP
    return matcap(n);
#else
    vec3 sky = mix(vec3(0.10, 0.09, 0.09), vec3(0.36, 0.38, 0.41), n.y * 0.5 + 0.5);
    float key = max(dot(n, vec3(-0.452, 0.602, 0.658)), 0.0);
    float rim = 1.0 - max(n.z, 0.0);
    vec3 c = vec3(0.66, 0.60, 0.53) * (sky + key * vec3(0.80, 0.77, 0.73)) + 0.10 * rim * rim * rim;
    float sheen = max(dot(n, vec3(-0.248, 0.331, 0.911)), 0.0);     // half way between key and eye
    sheen *= sheen;
    sheen *= sheen;
    sheen *= sheen;
    sheen *= sheen;
    return sqrt(clamp(c + 0.10 * sheen, 0.0, 1.0));     // near enough to sRGB, and a third of its price
#endif
}
