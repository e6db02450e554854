// Dimmer and blackout: one factor on what is seen.
uniform sampler2D u_picture;
uniform float u_gain;
varying vec2 v_uv;

void main() {
    vec4 c = texture2D(u_picture, v_uv);
    gl_FragColor = vec4(c.rgb * u_gain, c.a);
}
