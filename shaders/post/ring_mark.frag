// A circle on the surface: where the distance to its centre is the radius. Beside the surface the flat circle shows faintly.
#include "hidden.glsl"
uniform vec3 u_centre, u_normal;    // view space
uniform vec3 u_radius;              // radius, half width, pixel: mm
uniform vec4 u_colour;
uniform vec4 u_near, u_far;         // how strong the brush is at eight even steps from the middle to the rim

float profile(float t) {
    vec4 a = max(vec4(0.0), 1.0 - abs(vec4(7.0 * t) - vec4(0.0, 1.0, 2.0, 3.0)));
    vec4 b = max(vec4(0.0), 1.0 - abs(vec4(7.0 * t) - vec4(4.0, 5.0, 6.0, 7.0)));
    return dot(a, u_near) + dot(b, u_far);
}

void main() {
    vec3 s = surface_here();
    float off = 1e3, strength = 1.0, fill = 0.0, half_way = 1e3;
    if (s.z != 0.0) {
        float away = distance(s, u_centre);
        float t = away / u_radius.x;
        float power = t < 1.0 ? profile(t) : 0.0;
        fill = power * 0.26;
        float slope = max(length(vec2(dFdx(power), dFdy(power))), 1e-4);
        half_way = t < 0.97 && u_near.x > 0.0 ? abs(power - 0.5) / slope * u_radius.z : 1e3;   // where half is left
        // on a slope a millimetre of surface is less than a millimetre of picture: keep the line's width on screen
        float steep = clamp(length(vec2(dFdx(away), dFdy(away))) / u_radius.z, 0.2, 4.0);
        off = abs(away - u_radius.x) < max(0.3 * u_radius.x, 4.0 * u_radius.z) ? (away - u_radius.x) / steep : 1e3;
    } else {
        vec4 far = u_unprojection * vec4(gl_FragCoord.xy / u_size * 2.0 - 1.0, 1.0, 1.0);
        vec4 near = u_unprojection * vec4(gl_FragCoord.xy / u_size * 2.0 - 1.0, -1.0, 1.0);
        vec3 a = near.xyz / near.w, d = far.xyz / far.w - a;
        float slope = dot(d, u_normal);
        vec3 p = a + d * (dot(u_centre - a, u_normal) / (abs(slope) > 1e-6 ? slope : 1e-6));
        off = distance(p, u_centre) - u_radius.x;
        strength = u_faint;
    }
    float line = clamp((u_radius.y - abs(off)) / u_radius.z + 0.5, 0.0, 1.0);
    float shade = clamp((u_radius.y + u_radius.z * 1.5 - abs(off)) / u_radius.z + 0.5, 0.0, 1.0) * 0.45;   // reads on white too
    float a = u_colour.a * strength;
    float inner = 0.42 * clamp((u_radius.y * 0.6 - half_way) / u_radius.z + 0.5, 0.0, 1.0);
    float lit = max(max(line, inner), fill);
    gl_FragColor = vec4(u_colour.rgb * lit * a, max(lit, shade) * a);
}
