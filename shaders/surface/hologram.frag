// Hologram, for projection on black. Define XRAY: all faces, added without depth test, so order cannot matter.
#include "point.glsl"
#include "material.glsl"
#include "overlay.glsl"
uniform float u_time;
uniform vec2 u_fade;        // view depth mm: full, faded
uniform vec2 u_rise;        // world y of the lowest and highest point
#ifdef GLITCH
uniform float u_glitch, u_harmonise;
uniform mat4 u_view, u_projection;
#include "glitch_fragment.glsl"
#endif

// Scan lines fixed to the object, faded out before they shimmer.
float scan_lines(float y) {
    float x = y / 0.55 - u_time * 0.30;
    float s = 0.5 + 0.5 * cos(6.28318 * x);
    return mix(0.5, s * s * (3.0 - 2.0 * s), 1.0 - smoothstep(0.25, 0.65, fwidth(x)));
}

float level_lines(float y) {
    float x = y / 2.75 - u_time * 0.06;
    float w = fwidth(x);
    return 1.0 - smoothstep(w * 0.6, w * 1.6, abs(abs(fract(x) - 0.5) - 0.5));
}

float sweep(float y) {
    float q = y - mix(u_rise.y + 3.0, u_rise.x - 3.0, fract(u_time / 5.0));
    return exp(-q * q / 0.10) + 0.35 * exp(-max(q, 0.0) / 1.6) * step(0.0, q);
}

void main() {
    vec3 n = normal_here(), eye = normalize(-v_view);
    float nv = clamp(dot(n, eye), 0.0, 1.0);
    float near = mix(1.0, 0.22, smoothstep(u_fade.x, u_fade.y, -v_view.z)) * (1.0 + 0.10 * sin(1.0472 * u_time));
    vec4 material = material_here();
    float gum = gum_here(material);         // gums step back, so that teeth stand out
#ifdef XRAY
    gl_FragColor = vec4(vec3(0.035, 0.16, 0.42) * (0.05 + 0.60 * pow(1.0 - nv, 2.2)) * near * mix(1.0, 0.55, gum), 0.0);
#else
    float rim = pow(1.0 - nv, 2.6), edge = pow(1.0 - nv, 7.0);
    float key = clamp(dot(n, vec3(-0.452, 0.602, 0.658)) * 0.6 + 0.4, 0.0, 1.0);
    vec3 c = vec3(0.020, 0.105, 0.215) * (0.16 + 0.75 * key * key) * mix(0.55, 1.0, shape_here().y);
    c += vec3(0.10, 0.60, 1.00) * 0.95 * rim + vec3(0.75, 0.95, 1.0) * 1.5 * edge;
    c += vec3(0.16, 0.70, 1.00) * 0.30 * smoothstep(0.10, 0.75, -material.w) - vec3(0.01, 0.06, 0.10) * cavity(material);
    c *= mix(0.42, 1.20, scan_lines(v_world.y)) * mix(1.12, 0.42, gum);
    c += vec3(0.25, 0.85, 1.00) * 0.16 * level_lines(v_world.y) * mix(1.0, 0.5, gum);
    c += vec3(0.45, 0.95, 1.00) * sweep(v_world.y) * (0.30 + 0.9 * rim) * mix(1.0, 0.45, gum);
    c += vec3(0.30, 0.12, 0.62) * pow(1.0 - nv, 1.5) * 0.22 * smoothstep(0.2, -0.7, n.y);
    c = max(c, 0.0) * near;
#ifdef OVERLAY
    c = overlaid(c, n);
#endif
#ifdef GLITCH
    glitch_fragment(c, n, eye);
#endif
    gl_FragColor = vec4(c, -v_view.z);
#endif
}
