// What is shown where: one row outside all zones, one a zone; see README.md.
uniform sampler2D u_shown;      // two texels a row
uniform float u_rows;
uniform sampler2D u_colours;    // a line a row

vec4 shown(float row, float which) {
    return texture2D(u_shown, vec2((row + 0.5) / u_rows, (which + 0.5) / 2.0));
}

// Colour of a value 0..1 on a line of the colour maps, linear.
vec3 colour_of(float value, float line) {
    return texture2D(u_colours, vec2(value * (255.0 / 256.0) + 0.5 / 256.0, line)).rgb;
}
