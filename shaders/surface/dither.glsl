// Interleaved gradient noise (Jimenez 2014), half a step of 8 bits either way: no bands in dark gradients.
float gradient_noise(vec2 pixel) {
    return fract(52.9829189 * fract(dot(pixel, vec2(0.06711056, 0.00583715))));
}

vec3 dither(vec3 c) {
    return c + (gradient_noise(gl_FragCoord.xy) - 0.5) / 255.0;
}
