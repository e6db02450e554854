// The point being shaded, with defaults for what has not been computed yet; fragment shaders only.
#include "varyings.glsl"
#include "tone.glsl"
#include "dither.glsl"

vec4 material_here() {
#if defined(ATTRIBUTES) && (!defined(LIT) || defined(FIELDS))
    return v_material;
#else
    return vec4(0.0, 0.5, 0.0, 0.0);
#endif
}

#ifdef LIT
// Among few triangles some have folded over: a back face is one whose vertices turn away as well.
bool inside_out() {
    return !gl_FrontFacing && v_away > 0.0;
}

const vec3 INSIDE = vec3(0.17, 0.18, 0.20);     // for the screen
#endif

#ifndef LIT
vec2 shape_here() {
#ifdef ATTRIBUTES
    return v_shape;
#else
    return vec2(8.0, 1.0);
#endif
}

// Unit normal towards the viewer; from derivatives while there are no vertex normals.
vec3 normal_here() {
#ifdef NORMALS
    vec3 n = normalize(v_normal);
    return gl_FrontFacing ? n : -n;
#else
    vec3 n = normalize(cross(dFdx(v_view), dFdy(v_view)));
    return dot(n, v_view) > 0.0 ? -n : n;
#endif
}

#endif

// Gum border: one pixel wide however large, so that the staircase of labels does not show.
float gum_here(vec4 material) {
#ifdef LABELLED
    float e = fwidth(material.x) + 0.04;
    return smoothstep(0.5 - e, 0.5 + e, material.x);
#else
    return 0.0;
#endif
}

void put(vec3 colour) {
#ifdef DIRECT
    gl_FragColor = vec4(dither(quick_srgb(neutral(colour))), 1.0);
#else
    gl_FragColor = vec4(colour, -v_view.z);
#endif
}
