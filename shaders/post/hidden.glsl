// The scene's depth under a mark.
uniform sampler2D u_depth;
uniform mat4 u_unprojection;
uniform vec2 u_size;
uniform float u_faint;

// View-space place of the surface seen at a pixel; z is 0 where there is none.
vec3 surface_here() {
    vec2 uv = gl_FragCoord.xy / u_size;
    float d = texture2D(u_depth, uv).r;
    vec4 p = u_unprojection * vec4(vec3(uv, d) * 2.0 - 1.0, 1.0);
    return d < 1.0 ? p.xyz / p.w : vec3(0.0);
}

// 1 in front of the surface, faint well behind it: by a millimetre, since marks lie on surfaces.
float seen_at(float z) {
    vec3 s = surface_here();
    return s.z == 0.0 ? 1.0 : mix(1.0, u_faint, smoothstep(0.5, 1.2, s.z - z));
}
