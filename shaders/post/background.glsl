// A dark studio: a soft pool of light behind, and the shadow of what is shown on the table below it.
uniform vec3 u_middle, u_rim;       // linear colours
uniform sampler2D u_shadow;
uniform vec3 u_ground;              // x and z of the middle, y of the table: world mm
uniform vec2 u_tangent;
uniform mat4 u_camera;              // view to world
uniform float u_parallel;

vec3 background(vec2 uv) {
    vec2 q = (uv - vec2(0.5, 0.56)) * vec2(1.2, 1.0);
    vec3 c = mix(u_middle, u_rim, smoothstep(0.0, 0.85, length(q)));
    vec2 screen = (uv * 2.0 - 1.0) * u_tangent;
    vec3 d = mat3(u_camera) * mix(vec3(screen, -1.0), vec3(0.0, 0.0, -1.0), u_parallel);
    vec3 o = u_camera[3].xyz + mat3(u_camera) * vec3(screen * u_parallel, 0.0);
    if (d.y < -0.001) {
        vec2 p = (o + d * ((u_ground.y - o.y) / d.y)).xz - u_ground.xz;
        float fall = exp(-dot(p, p) / 3600.0);
        c += vec3(0.026, 0.027, 0.030) * fall;
        c *= 1.0 - 0.8 * texture2D(u_shadow, p / 160.0 + 0.5).r * smoothstep(0.0, 0.25, fall);
    }
    return c;
}
