// Fast approximate antialiasing (after Lottes 2009): blur along edges of luma, found with five taps.
// Luma is in alpha; with COVER alpha is cover, premultiplied, and luma is worked out.
uniform sampler2D u_picture;
uniform vec2 u_pixel;
varying vec2 v_uv;

float luma(vec4 c) {
#ifdef COVER
    return dot(c.rgb, vec3(0.299, 0.587, 0.114));
#else
    return c.a;
#endif
}

void main() {
    vec4 here = texture2D(u_picture, v_uv);
    float m = luma(here);
    float nw = luma(texture2D(u_picture, v_uv + u_pixel * vec2(-1.0, -1.0)));
    float ne = luma(texture2D(u_picture, v_uv + u_pixel * vec2(1.0, -1.0)));
    float sw = luma(texture2D(u_picture, v_uv + u_pixel * vec2(-1.0, 1.0)));
    float se = luma(texture2D(u_picture, v_uv + u_pixel));
    float low = min(m, min(min(nw, ne), min(sw, se))), high = max(m, max(max(nw, ne), max(sw, se)));
#ifdef COVER
    float flat_alpha = here.a;
#else
    float flat_alpha = 1.0;
#endif
    if (high - low < max(0.03, high * 0.08)) {
        gl_FragColor = vec4(here.rgb, flat_alpha);
        return;
    }
    vec2 d = vec2(-((nw + ne) - (sw + se)), (nw + sw) - (ne + se));
    float least = max((nw + ne + sw + se) * 0.03125, 0.0078);
    d = clamp(d / (min(abs(d.x), abs(d.y)) + least), -8.0, 8.0) * u_pixel;
    vec4 near = 0.5 * (texture2D(u_picture, v_uv - d / 6.0) + texture2D(u_picture, v_uv + d / 6.0));
    vec4 far = 0.5 * near + 0.25 * (texture2D(u_picture, v_uv - d * 0.5) + texture2D(u_picture, v_uv + d * 0.5));
    float l = luma(far);
    vec4 c = l < low || l > high ? near : far;
#ifdef COVER
    gl_FragColor = c;
#else
    gl_FragColor = vec4(c.rgb, 1.0);
#endif
}
