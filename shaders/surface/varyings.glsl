// What surface.vert hands to every fragment shader.
// Defines: NORMALS vertex normals · ATTRIBUTES static attributes · LABELLED teeth and gum known · COLOUR scanned colours · FIELD field weights · ZONES where parts of the surface show other quantities ·
// OVERLAY measured values over the look · MARKS masks and zones · MATCAP which material · SEE_THROUGH, GHOST, WIRE · FIELDS, PLAIN the field look, the sculpt look · LIT light per vertex · WORLD world position · GLITCH surface glitch · DIRECT straight to the screen
#ifdef LIT
varying vec3 v_lit;     // clinical, plain: colour for the screen; field: light on the surface
varying float v_away;   // positive where the vertex normal points away from the eye
#ifdef FIELDS
varying vec3 v_gloss;
#endif
#else
varying vec3 v_view;
#ifdef NORMALS
varying vec3 v_normal;
#endif
#ifdef ATTRIBUTES
varying vec2 v_shape;
#endif
#endif
#if defined(ATTRIBUTES) && (!defined(LIT) || defined(FIELDS))
varying vec4 v_material;
#endif
#if defined(COLOUR) && !defined(LIT)
varying vec3 v_colour;  // scanned, linear
#endif
#ifdef MARKS
varying vec4 v_marks;   // colour of the zone, mask
#endif
#ifdef OVERLAY
varying vec2 v_overlay; // value x known, known
#endif
#ifdef FIELD
varying vec2 v_field;   // value 0..1, confidence
#ifdef ZONES
varying vec3 v_zone;    // row of what is shown, painted there, its line of the colour maps
varying vec3 v_zone_colour;
#endif
#endif
#ifdef WORLD
varying vec3 v_world;
#endif
#ifdef GLITCH
varying vec4 v_fault;
varying vec3 v_fault_offset;
varying vec4 v_fault_tint;
#include "glitch_varyings.glsl"
#endif
