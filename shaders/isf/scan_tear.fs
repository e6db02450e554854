/*{
    "DESCRIPTION": "Lines slip sideways and dark scan lines show, as when a tape loses its track.",
    "CREDIT": "neodent_viewer",
    "ISFVSN": "2",
    "CATEGORIES": ["Glitch"],
    "INPUTS": [
        {"NAME": "inputImage", "TYPE": "image"},
        {"NAME": "amount", "LABEL": "Amount", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0, "IDENTITY": 0.0},
        {"NAME": "slip", "LABEL": "Longest slip (of the width)", "TYPE": "float", "DEFAULT": 0.06, "MIN": 0.0, "MAX": 0.5},
        {"NAME": "rows", "LABEL": "Rows", "TYPE": "long", "DEFAULT": 84, "MIN": 4, "MAX": 1080},
        {"NAME": "share", "LABEL": "Share of rows", "TYPE": "float", "DEFAULT": 0.2, "MIN": 0.0, "MAX": 1.0},
        {"NAME": "lines", "LABEL": "Scan lines", "TYPE": "float", "DEFAULT": 0.22, "MIN": 0.0, "MAX": 1.0},
        {"NAME": "rate", "LABEL": "Slips a second", "TYPE": "float", "DEFAULT": 12.0, "MIN": 0.0, "MAX": 30.0},
        {"NAME": "focus", "LABEL": "Focus", "TYPE": "point2D", "DEFAULT": [0.5, 0.5], "MIN": [0.0, 0.0], "MAX": [1.0, 1.0]},
        {"NAME": "focusRadius", "LABEL": "Focus radius (0 = everywhere)", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 2.0}
    ]
}*/

float random(vec2 p) {
    return fract(sin(dot(p, vec2(127.1, 311.7))) * 43758.5453);
}

// flatter and wider than the other effects' masks: a torn line runs on to both sides
float near_focus(vec2 uv) {
    vec2 away = (uv - focus) * vec2(RENDERSIZE.x / RENDERSIZE.y, 1.0);
    float up = exp(-away.y * away.y / (1.0 * focusRadius * focusRadius));
    return focusRadius > 0.0 ? up * exp(-away.x * away.x / (2.4 * focusRadius * focusRadius)) : 1.0;
}

void main() {
    vec2 uv = isf_FragNormCoord;
    float strength = amount * near_focus(uv);
    float beat = floor(TIME * rate);
    float row = floor(uv.y * float(rows));
    float chance = random(vec2(row, beat));
    float slipped = chance > 1.0 - share ? random(vec2(row, beat + 1.0)) * 2.0 - 1.0 : (chance - 0.5) * 0.07;
    float band = random(vec2(floor(uv.y * float(rows) / 8.0), beat + 5.0));
    slipped += band > 0.72 ? (band - 0.86) * 1.5 : 0.0;
    uv.x += slipped * slip * strength;
    vec4 colour = IMG_NORM_PIXEL(inputImage, uv);
    colour.rgb *= 1.0 - lines * strength * step(0.5, fract(gl_FragCoord.y / 4.0));
    gl_FragColor = colour;
}
