// What a fault does to colour: cuts and dissolving edges while it is noise, waves and filaments of light as it becomes form.
// Define WAVES n: how many faults send waves over all parts, 0 to 3. Define TORN: a fault of this part is noise still.
#include "glitch_common.glsl"
#if WAVES > 0
uniform vec4 u_wave_place[3];   // world mm of the probe; form 0..1
uniform vec4 u_wave_axis[3];    // level outward direction; coherence of all probes 0..1
uniform float u_wave_phase[3];

// Light of one fault's waves at a place: colour and, in a, how much the room darkens for it.
vec4 wave_light(vec3 place, vec3 axis, float form, float coherent, float phase, vec3 where_, vec4 material, vec2 shape, float facing) {
    vec3 q = where_ - place;
    float r = length(q);
    vec3 side = along(axis);
    float turn = atan(dot(q, cross(axis, side)), dot(q, side));
    float petals = cos(6.0 * turn);
    // the crowns' own form bends the waves: rings about a far point alone would cross a flat crown as parallel bars
    float own = 1.15 * min(shape.x, 6.0) + 2.2 * material.y + 1.2 * material.w;
    float x = 1.55 * r + own * smoothstep(3.0, 10.0, r) - 2.6 * u_time + phase;
    x += 1.25 * petals * smoothstep(1.5, 6.0, r) * exp(-r / 26.0) + 0.8 * r * (1.0 - smoothstep(3.0, 10.0, r));
    float reach = 6.0 + 44.0 * form;
    float a = sqrt(form) * smoothstep(reach, reach - 22.0, r) * (0.22 + 0.78 * exp(-r / 17.0)) * smoothstep(0.10, 0.75, coherent);
    float calm = 1.0 - smoothstep(0.7, 2.2, fwidth(x));
    float crest = 0.5 + 0.5 * cos(x), second = 0.5 + 0.5 * cos(2.0 * x + 1.2);
    float c2 = crest * crest, s2 = second * second, s8 = s2 * s2 * s2 * s2;
    float broad = c2 * c2 * c2, fine = s8 * s8;
    vec3 colour = form_colour(r / 36.0 + 0.05 * petals + 0.04 * sin(u_time));
    float light = 0.22 * c2 + (1.15 * broad + 0.22 * fine) * calm;
    return vec4(colour * a * (light * (0.55 + 0.45 * facing) + 0.55 * pow(1.0 - facing, 3.0)), a);
}
#endif

void glitch_fragment(inout vec3 colour, vec3 normal, vec3 eye) {
    float facing = clamp(dot(normal, eye), 0.0, 1.0);
    vec3 light = vec3(0.0);
#if WAVES > 0
    vec4 material = material_here();
    vec2 shape = shape_here();
    float dim = 0.0;
    vec3 hue = vec3(0.0);
    for (int i = 0; i < WAVES; i++) {
        vec4 w = wave_light(u_wave_place[i].xyz, u_wave_axis[i].xyz, u_wave_place[i].w * u_harmonise, u_wave_axis[i].w,
                            u_wave_phase[i], v_world, material, shape, facing);
        light += w.rgb;
        hue += form_colour(length(v_world - u_wave_place[i].xyz) / 36.0) * w.a;
        dim = max(dim, w.a);
    }
    light *= 1.0 - 0.6 * smoothstep(0.05, 0.55, material.w);
    // crowns carry the light; gum only echoes it, and a seam of light shows where each crown leaves it
    float gum = gum_here(material), seam = 0.0;
#ifdef LABELLED
    seam = exp(-22.0 * (material.x - 0.5) * (material.x - 0.5));
#endif
    light = light * mix(1.0, 0.11, gum) + seam * 0.36 * hue;
    // the room goes dark where light is to be seen: a cool shadow of the enamel stays, so that form can be read
#ifdef FIELDS
    vec3 shadow = colour * 0.22;    // what was measured stays to be read
#else
    vec3 shadow = dot(colour, vec3(0.30, 0.59, 0.11)) * vec3(0.062, 0.068, 0.115);
#endif
    colour = mix(colour, shadow, smoothstep(0.0, 0.36, dim));
#endif
#ifdef TORN
    float k = v_glitch.x;
    if (k > 0.12 && abs(v_glitch.y - floor(v_glitch.y + 0.5)) > 0.002) discard;    // a cut between two slices
    float stuff = 0.72 * grain(v_world * 0.75 - vec3(0.0, 0.8 * u_time, 0.0)) + 0.28 * grain(v_world * 3.4);
    float snow = grain(v_world * 8.0 + 17.0 * floor(u_time * GLITCH_RATE)) - 0.45;     // what an empty channel looks like
    float left = stuff - 0.44 * k;
    if (k > 0.02 && left < 0.0) discard;
    if (!gl_FrontFacing) {
        colour = mix(colour, vec3(0.02, 0.022, 0.03), min(1.0, 4.0 * k));
        light += vec3(0.90, 0.12, 0.35) * 0.6 * k;
    }
    float edge = exp(-max(left, 0.0) * 34.0) * smoothstep(0.03, 0.25, k);
    vec3 side = mix(vec3(1.00, 0.10, 0.34), vec3(0.25, 0.75, 1.00), smoothstep(0.2, 0.8, chance(floor(v_glitch.y + 0.5))));
    colour *= (1.0 - 0.55 * k) * max(0.0, 1.0 + 3.0 * k * snow);
    light += side * edge * 2.4 + vec3(0.10, 0.45, 1.0) * 0.5 * k * (1.0 - facing) * (1.0 - facing);
#endif
    colour += light;
}
