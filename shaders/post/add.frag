uniform sampler2D u_first, u_second;
uniform float u_share;
varying vec2 v_uv;

void main() {
    gl_FragColor = vec4(texture2D(u_first, v_uv).rgb + u_share * texture2D(u_second, v_uv).rgb, 1.0);
}
