// What surface.vert hands to every fragment shader.
// Defines: NORMALS vertex normals · ATTRIBUTES static attributes · LABELLED teeth and gum known · FIELD field weights ·
// LIT colour per vertex · WORLD world position · GLITCH surface glitch · DIRECT straight to the screen
varying vec3 v_view;
#ifdef NORMALS
varying vec3 v_normal;
#endif
#ifdef ATTRIBUTES
varying vec4 v_material;
varying vec2 v_shape;
#endif
#ifdef FIELD
varying vec3 v_field;   // value, confidence, reach mm
#endif
#ifdef LIT
varying vec3 v_lit;
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
