// Value and confidence of a field at a vertex, from its nearest probes. Define: ZONES where parts of the surface show other quantities.
#ifdef ZONES
#include "zones.glsl"
#else
uniform vec2 u_range;       // from a value in its unit to its place 0..1 in the colour map: factor, summand
#endif

vec2 field_at(vec4 carried, float reach, vec2 range) {
    vec4 slot = floor(carried);
    vec4 w = weights_of(carried);
    vec4 a = probe(slot.x, 0.0), b = probe(slot.y, 0.0), c = probe(slot.z, 0.0), d = probe(slot.w, 0.0);
    vec4 trusted = w * vec4(a.y, b.y, c.y, d.y);            // a bad probe cannot colour its neighbours
    float q = dot(trusted, vec4(1.0));
    float value = q > 1e-3 ? dot(trusted, vec4(a.x, b.x, c.x, d.x)) / q * range.x + range.y : 0.5;
    return vec2(clamp(value, 0.0, 1.0), q * (1.0 - smoothstep(6.0, 11.0, reach)));
}
