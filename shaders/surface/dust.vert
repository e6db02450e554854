// Dust that rises from the floor, each grain on a path of its own.
attribute vec4 a_seed;
uniform mat4 u_view, u_projection;
uniform vec3 u_floor;
uniform float u_time, u_reach, u_pixel;
varying float v_light;

void main() {
    float life = fract(a_seed.w + u_time / (9.0 + 7.0 * a_seed.x));
    float angle = 6.28318 * a_seed.y + 0.25 * u_time * (a_seed.x - 0.5);
    float r = 10.0 + 28.0 * sqrt(a_seed.z);
    vec3 p = vec3(r * cos(angle), life * 30.0, r * sin(angle)) * u_reach + u_floor;
    gl_Position = u_projection * u_view * vec4(p, 1.0);
    v_light = sin(3.1416 * life) * (0.3 + 0.7 * a_seed.x);
    gl_PointSize = (1.5 + 2.5 * a_seed.x * a_seed.x) * u_pixel;
}
