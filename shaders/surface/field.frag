// Field: colour from the probes, on the form of the clinical look. Light is flattened, so that colours compare with the legend.
#include "point.glsl"
#include "clinical.glsl"
#include "overlay.glsl"
#include "field_light.glsl"
#ifdef ZONES
#include "zones.glsl"
#else
uniform sampler2D u_colours;
uniform vec2 u_iso;         // lines lie where value x factor + summand is whole
#endif
uniform float u_hatch;      // pitch of the hatch in pixels
#ifdef GLITCH
uniform float u_time, u_glitch, u_harmonise;
uniform mat4 u_view, u_projection;
#include "glitch_fragment.glsl"
#endif

const vec3 NEUTRAL = vec3(0.36, 0.36, 0.37);

// Lines of equal value, every fifth one thicker; they thin out where they would merge, and where a plateau would be one line.
float iso_line(float value, vec2 iso) {
    float x = value * iso.x + iso.y;
    float w = max(fwidth(x), 1e-4);
    float d = abs(fract(x - 0.5) - 0.5) / w;
    float major = 1.0 - step(0.5, mod(floor(x + 0.5), 5.0));
    float line = 1.0 - smoothstep(0.5 + 0.5 * major, 1.4 + 0.7 * major, d);
    return line * (1.0 - smoothstep(0.25, 0.6, w)) * smoothstep(0.0008, 0.003, w);
}

// 45 degree hatch on the picture: no data.
float hatch() {
    float s = abs(fract((gl_FragCoord.x + gl_FragCoord.y) / u_hatch) - 0.5) * u_hatch;
    return 1.0 - smoothstep(u_hatch * 0.07, u_hatch * 0.18, s);
}

// Colour of the field, and how much of an iso line lies here.
vec3 coloured(float value, out float line) {
#ifdef ZONES
    float between = step(2e-5, fwidth(v_zone.x));    // of two zones: neither's map may read what is of the other
    line = iso_line(value, shown(floor(v_zone.x + 0.5), 1.0).xy) * (1.0 - between);
    return mix(colour_of(value, v_zone.z), v_zone_colour, between);
#else
    line = iso_line(value, u_iso);
    return texture2D(u_colours, vec2(value * (255.0 / 256.0) + 0.5 / 256.0, 0.5)).rgb;
#endif
}

// Colour under the light: the field where it is known, hatch where it is not, near grey on gums unless they are of a zone.
vec3 tint(float gum, vec4 material) {
#ifdef FIELD
    float value = v_field.x, confidence = v_field.y;
#else
    float value = 0.5, confidence = 0.0;
#endif
#ifdef ZONES
    gum *= 1.0 - v_zone.y;
#endif
    float known = smoothstep(0.15, 0.60, confidence);
    vec3 unknown = NEUTRAL * mix(1.0, 0.42, hatch() * (1.0 - smoothstep(0.20, 0.55, confidence)));
    float line = 0.0;
    vec3 colour = mix(unknown, coloured(value, line), known);
    line *= known * (1.0 - gum);
    float bright = dot(colour, vec3(0.3, 0.6, 0.1));
    colour = mix(colour, bright > 0.18 ? colour * 0.28 : colour + 0.35, line * 0.75);
#ifdef LABELLED
    vec3 tissue = mix(vec3(0.30, 0.295, 0.305), gingiva(material).albedo, 0.16) * 0.80;
    colour = mix(colour, tissue, gum);
#endif
    return colour;
}

void main() {
    vec4 material = material_here();
    float gum = gum_here(material);
    vec3 light, gloss;
#ifdef LIT
    vec3 c = inside_out() ? BACK_FACE * 0.4 : tint(gum, material) * v_lit + v_gloss;
    gl_FragColor = vec4(quick_srgb(c), 1.0);
#else
    vec3 n = normal_here();
    field_light(v_view, n, material, shape_here(), gum, light, gloss);
    vec3 c = keep_dark(tint(gum, material) * light + gloss);
    if (!gl_FrontFacing) c = back_face(n);
#ifdef OVERLAY
    c = mix(c, keep_dark(overlaid(c, n)), step(0.5, v_overlay.y));
#endif
#ifdef GLITCH
    glitch_fragment(c, n, normalize(-v_view));
#endif
    put(c);
#endif
}
