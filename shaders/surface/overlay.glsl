// Measured values over any look: the colour of the legend, shaded just enough to show the form. Define: OVERLAY.
#ifdef OVERLAY
uniform sampler2D u_overlay;

// Colour over `under`, linear; v_overlay is value x known, known.
vec3 overlaid(vec3 under, vec3 n) {
    float known = smoothstep(0.45, 0.55, v_overlay.y);
    if (known <= 0.0) return under;
    float value = clamp(v_overlay.x / max(v_overlay.y, 1e-3), 0.0, 1.0);
    vec3 colour = texture2D(u_overlay, vec2(value * (255.0 / 256.0) + 0.5 / 256.0, 0.5)).rgb;
    float light = 0.62 + 0.38 * clamp(dot(n, vec3(-0.30, 0.40, 0.866)), 0.0, 1.0);
    return mix(under, colour * light, known);
}
#endif
