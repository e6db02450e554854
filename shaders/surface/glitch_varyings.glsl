// Varyings of the surface glitch's own: strength of the noise 0..1, slice (whole inside a slice, between two in a cut).
varying vec2 v_glitch;
