// Surfaces into view space, for every look. Defines: see varyings.glsl
attribute vec3 a_position;
#ifdef NORMALS
attribute vec3 a_normal;
#endif
#ifdef ATTRIBUTES
attribute vec4 a_material;   // gum, crown height, curvature fine, coarse
attribute vec2 a_shape;      // thickness mm, occlusion
#endif
#ifdef COLOUR
attribute vec3 a_colour;     // scanned, linear
#endif
#ifdef MARKS
attribute vec4 a_marks;      // colour of the zone, mask
#endif
#ifdef OVERLAY
attribute vec2 a_overlay;    // value x known, known
#endif
#ifdef FIELD
attribute vec4 a_field;      // slot + 0.999 x weight of the nearest probes of the quantity shown
attribute float a_reach;     // mm to the nearest of them
#ifdef ZONES
attribute vec2 a_zone;       // row of what is shown here, 1 where it was painted
#endif
#endif
#ifdef GLITCH
attribute vec4 a_fault;      // the same among all probes of the part
uniform float u_time;
uniform float u_glitch, u_harmonise;
uniform mat4 u_view;
#endif
#if defined(WORLD) || defined(GLITCH)
uniform mat4 u_world;
uniform mat3 u_world_normals;
#endif
uniform mat4 u_modelview, u_projection;
uniform mat3 u_normals;

#include "varyings.glsl"
#if defined(FIELD) || defined(GLITCH)
#include "probe.glsl"
#endif
#ifdef FIELD
#include "field_vertex.glsl"
#endif
#ifdef GLITCH
#include "fault.glsl"
#include "glitch_vertex.glsl"
#endif
#ifdef LIT
#include "lit.glsl"
#endif

void main() {
    vec4 seen = u_modelview * vec4(a_position, 1.0);
    vec3 normal = vec3(0.0);
#ifdef NORMALS
    normal = u_normals * a_normal;
#endif
#ifdef WORLD
    v_world = (u_world * vec4(a_position, 1.0)).xyz;
#endif
#ifdef GLITCH
    vec3 place = v_world;
    normal = normalize(u_world_normals * a_normal);
    feel_faults(a_fault, place);
    glitch_vertex(place, normal);
    seen = u_view * vec4(place, 1.0);
    normal = (u_view * vec4(normal, 0.0)).xyz;
#endif
#ifdef OVERLAY
    v_overlay = a_overlay;
#endif
#ifdef MARKS
    v_marks = a_marks;
#endif
#ifdef FIELD
#ifdef ZONES
    vec4 range = shown(a_zone.x, 0.0);
    v_field = field_at(a_field, a_reach, range.xy) * vec2(1.0, range.w);
    v_zone = vec3(a_zone, range.z);
    v_zone_colour = colour_of(v_field.x, range.z);
#else
    v_field = field_at(a_field, a_reach, u_range);
#endif
#endif
#if defined(ATTRIBUTES) && (!defined(LIT) || defined(FIELDS))
    v_material = a_material;
#endif
#ifdef LIT
    light_vertex(seen.xyz, normalize(normal));
#else
    v_view = seen.xyz;
#ifdef NORMALS
    v_normal = normal;
#endif
#ifdef ATTRIBUTES
    v_shape = a_shape;
#endif
#ifdef COLOUR
    v_colour = a_colour;
#endif
#endif
    gl_Position = u_projection * seen;
#ifdef GHOST
    gl_Position.z += 1.5e-4 * gl_Position.w;    // where nothing changed the surface itself is seen
#endif
#ifdef WIRE
    gl_Position.z -= 4e-4 * gl_Position.w;      // edges lie on the surface: let them win
#endif
}
