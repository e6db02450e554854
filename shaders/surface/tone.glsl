// From linear light to the screen.

// Khronos PBR Neutral: keeps base colours true, rolls only highlights off (Khronos Group, 2024).
vec3 neutral(vec3 c) {
    const float start = 0.76;   // 0.8 - F90
    const float desaturation = 0.15;
    float low = min(c.r, min(c.g, c.b));
    c -= low < 0.08 ? low - 6.25 * low * low : 0.04;
    float peak = max(c.r, max(c.g, c.b));
    if (peak < start) return c;
    float range = 1.0 - start;
    float rolled = 1.0 - range * range / (peak + range - start);
    c *= rolled / peak;
    return mix(c, vec3(rolled), 1.0 - 1.0 / (desaturation * (peak - rolled) + 1.0));
}

// Saturating light, for pictures on black: never clips to white at once.
vec3 glow(vec3 c) {
    return 1.0 - exp(-1.25 * c);
}

vec3 to_srgb(vec3 c) {
    c = clamp(c, 0.0, 1.0);
    return mix(c * 12.92, 1.055 * pow(c, vec3(1.0 / 2.4)) - 0.055, step(0.0031308, c));
}

// Near enough to to_srgb, without powers.
vec3 quick_srgb(vec3 c) {
    c = clamp(c, 0.0, 1.0);
    vec3 a = sqrt(c), b = sqrt(a);
    return 0.662003 * a + 0.684122 * b - 0.323584 * sqrt(b) - 0.022541 * c;
}

// What neutral() takes from dark colours, given back beforehand: colours that are to be compared must come out as they are.
vec3 keep_dark(vec3 c) {
    float low = max(min(c.r, min(c.g, c.b)), 0.0);
    return c + (low < 0.04 ? sqrt(low / 6.25) - low : 0.04);
}
