uniform vec4 u_colour;

void main() {
    gl_FragColor = vec4(u_colour.rgb * u_colour.a, u_colour.a);
}
