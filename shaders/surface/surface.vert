// Surfaces into view space, for every look.
// Defines: NORMALS (the part has vertex normals)
attribute vec3 a_position;
#ifdef NORMALS
attribute vec3 a_normal;
#endif
uniform mat4 u_modelview, u_projection;
uniform mat3 u_normals;
varying vec3 v_view;
varying vec3 v_normal;

void main() {
    vec4 seen = u_modelview * vec4(a_position, 1.0);
    v_view = seen.xyz;
#ifdef NORMALS
    v_normal = u_normals * a_normal;
#else
    v_normal = vec3(0.0);
#endif
    gl_Position = u_projection * seen;
}
