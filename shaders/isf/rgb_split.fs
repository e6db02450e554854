/*{
    "DESCRIPTION": "Red and blue leave green: a lens that breaks at the fault.",
    "CREDIT": "neodent_viewer",
    "ISFVSN": "2",
    "CATEGORIES": ["Glitch"],
    "INPUTS": [
        {"NAME": "inputImage", "TYPE": "image"},
        {"NAME": "amount", "LABEL": "Amount", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0, "IDENTITY": 0.0},
        {"NAME": "spread", "LABEL": "Distance (of the width)", "TYPE": "float", "DEFAULT": 0.0065, "MIN": 0.0, "MAX": 0.05},
        {"NAME": "angle", "LABEL": "Angle (degrees)", "TYPE": "float", "DEFAULT": 0.0, "MIN": -180.0, "MAX": 180.0},
        {"NAME": "focus", "LABEL": "Focus", "TYPE": "point2D", "DEFAULT": [0.5, 0.5], "MIN": [0.0, 0.0], "MAX": [1.0, 1.0]},
        {"NAME": "focusRadius", "LABEL": "Focus radius (0 = everywhere)", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 2.0}
    ]
}*/

float near_focus(vec2 uv) {
    vec2 away = (uv - focus) * vec2(RENDERSIZE.x / RENDERSIZE.y, 1.0);
    return focusRadius > 0.0 ? exp(-dot(away, away) / (2.0 * focusRadius * focusRadius)) : 1.0;
}

void main() {
    vec2 uv = isf_FragNormCoord;
    float turn = radians(angle);
    vec2 apart = spread * amount * near_focus(uv) * vec2(cos(turn), sin(turn) * RENDERSIZE.x / RENDERSIZE.y);
    vec4 middle = IMG_NORM_PIXEL(inputImage, uv);
    float red = IMG_NORM_PIXEL(inputImage, uv + apart).r;
    float blue = IMG_NORM_PIXEL(inputImage, uv - apart).b;
    gl_FragColor = vec4(red, middle.g, blue, middle.a);
}
