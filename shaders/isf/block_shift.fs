/*{
    "DESCRIPTION": "Blocks of the picture jump to the wrong place, as when a video stream loses packets.",
    "CREDIT": "neodent_viewer",
    "ISFVSN": "2",
    "CATEGORIES": ["Glitch"],
    "INPUTS": [
        {"NAME": "inputImage", "TYPE": "image"},
        {"NAME": "amount", "LABEL": "Amount", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0, "IDENTITY": 0.0},
        {"NAME": "blocks", "LABEL": "Blocks across and up", "TYPE": "point2D", "DEFAULT": [28.0, 36.0], "MIN": [2.0, 2.0], "MAX": [200.0, 200.0]},
        {"NAME": "share", "LABEL": "Share of blocks", "TYPE": "float", "DEFAULT": 0.34, "MIN": 0.0, "MAX": 1.0},
        {"NAME": "reach", "LABEL": "Longest jump (of width, height)", "TYPE": "point2D", "DEFAULT": [0.065, 0.015], "MIN": [0.0, 0.0], "MAX": [0.5, 0.5]},
        {"NAME": "rate", "LABEL": "Jumps a second", "TYPE": "float", "DEFAULT": 12.0, "MIN": 0.0, "MAX": 30.0},
        {"NAME": "focus", "LABEL": "Focus", "TYPE": "point2D", "DEFAULT": [0.5, 0.5], "MIN": [0.0, 0.0], "MAX": [1.0, 1.0]},
        {"NAME": "focusRadius", "LABEL": "Focus radius (0 = everywhere)", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 2.0}
    ]
}*/

float random(vec2 p) {
    return fract(sin(dot(p, vec2(127.1, 311.7))) * 43758.5453);
}

float near_focus(vec2 uv) {
    vec2 away = (uv - focus) * vec2(RENDERSIZE.x / RENDERSIZE.y, 1.0);
    return focusRadius > 0.0 ? exp(-dot(away, away) / (2.0 * focusRadius * focusRadius)) : 1.0;
}

void main() {
    vec2 uv = isf_FragNormCoord;
    vec2 cell = floor(uv * blocks);
    // one strength a block, taken at its middle: a block that tore inside itself would be no block
    float strength = amount * near_focus((cell + 0.5) / blocks);
    float beat = floor(TIME * rate);
    if (random(cell + beat * 0.37) < share * strength) {
        vec2 jump = vec2(random(cell + beat + 3.0), random(cell + beat + 9.0)) * 2.0 - 1.0;
        uv += jump * reach * strength;
    }
    gl_FragColor = IMG_NORM_PIXEL(inputImage, uv);
}
