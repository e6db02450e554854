// Rings, ticks and a wave that runs out from the middle; light only.
uniform float u_time;
varying vec2 v_place;

float ring(float r, float at, float width) {
    return 1.0 - smoothstep(width, width + fwidth(r) * 1.3, abs(r - at));
}

void main() {
    float r = length(v_place), angle = atan(v_place.y, v_place.x), wave = fract(u_time / 6.0);
    float tick = (1.0 - smoothstep(0.02, 0.06, abs(fract(angle * 60.0 / 6.28318) - 0.5))) * step(31.7, r) * step(r, 32.9);
    float c = 0.55 * ring(r, 31.0, 0.09) + 0.30 * ring(r, 33.6, 0.05) + 0.6 * tick + 0.35 * ring(r, 12.0, 0.05);
    c += 0.006 * exp(-r * r / 900.0) + 0.35 * ring(r, 12.0 + 19.0 * wave, 0.04) * (1.0 - wave);
    gl_FragColor = vec4(vec3(0.10, 0.55, 1.0) * c * 0.75, 0.0);
}
