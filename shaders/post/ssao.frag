// Ambient occlusion from view depth, at half size: what lies before a point within a few mm takes light from it.
// Writes occlusion (1 open) and depth.
uniform sampler2D u_scene;
uniform vec2 u_pixel, u_tangent;    // size of a texel; tangents of half the opening
uniform float u_radius;             // mm
uniform float u_turn;               // radians: another pattern for each picture of a still
uniform float u_parallel;           // 1 orthographic: u_tangent is mm then
varying vec2 v_uv;

vec3 place(vec2 uv) {
    float z = texture2D(u_scene, uv).a;
    z = z > 0.0 ? z : 1e4;
    return vec3((uv * 2.0 - 1.0) * u_tangent * mix(z, 1.0, u_parallel), -z);
}

void main() {
    vec3 p = place(v_uv);
    if (-p.z > 9e3) {
        gl_FragColor = vec4(1.0);
        return;
    }
    vec3 left = p - place(v_uv - vec2(u_pixel.x, 0.0)), right = place(v_uv + vec2(u_pixel.x, 0.0)) - p;
    vec3 below = p - place(v_uv - vec2(0.0, u_pixel.y)), above = place(v_uv + vec2(0.0, u_pixel.y)) - p;
    // of both neighbours the nearer in depth: no false normals along outlines
    vec3 n = normalize(cross(abs(left.z) < abs(right.z) ? left : right, abs(below.z) < abs(above.z) ? below : above));
    float turn = u_turn + 6.2832 * fract(52.9829189 * fract(dot(floor(gl_FragCoord.xy), vec2(0.06711056, 0.00583715))));
    vec2 reach = u_radius / mix(-p.z, 1.0, u_parallel) / u_tangent * 0.5;
    float sum = 0.0;
    for (int i = 0; i < TAPS; i++) {
        float k = (float(i) + 0.5) / float(TAPS);
        float angle = turn + float(i) * 2.39996;            // golden angle
        vec3 v = place(v_uv + reach * k * vec2(cos(angle), sin(angle))) - p;
        float d2 = dot(v, v);
        sum += max(0.0, dot(v, n) - 0.04) * inversesqrt(d2 + 1e-4) * max(0.0, 1.0 - d2 / (u_radius * u_radius));
    }
    gl_FragColor = vec4(clamp(1.0 - 2.2 * sum / float(TAPS), 0.0, 1.0), -p.z, 0.0, 1.0);
}
