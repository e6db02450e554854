/*{
    "DESCRIPTION": "Rings run out from the fault over the picture, as over still water: a wave equation in a float buffer.",
    "CREDIT": "neodent_viewer",
    "ISFVSN": "2",
    "CATEGORIES": ["Distortion"],
    "INPUTS": [
        {"NAME": "inputImage", "TYPE": "image"},
        {"NAME": "amount", "LABEL": "Amount", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0, "IDENTITY": 0.0},
        {"NAME": "drop", "LABEL": "Let a drop fall", "TYPE": "event"},
        {"NAME": "drops", "LABEL": "Drops a second", "TYPE": "float", "DEFAULT": 1.5, "MIN": 0.0, "MAX": 4.0},
        {"NAME": "damping", "LABEL": "Damping", "TYPE": "float", "DEFAULT": 0.985, "MIN": 0.9, "MAX": 0.999},
        {"NAME": "depth", "LABEL": "Refraction", "TYPE": "float", "DEFAULT": 0.03, "MIN": 0.0, "MAX": 0.2},
        {"NAME": "glint", "LABEL": "Glint", "TYPE": "color", "DEFAULT": [0.55, 0.75, 1.0, 1.0]},
        {"NAME": "focus", "LABEL": "Focus", "TYPE": "point2D", "DEFAULT": [0.5, 0.5], "MIN": [0.0, 0.0], "MAX": [1.0, 1.0]},
        {"NAME": "focusRadius", "LABEL": "Focus radius (0 = everywhere)", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 2.0}
    ],
    "PASSES": [
        {"TARGET": "water", "PERSISTENT": true, "FLOAT": true, "WIDTH": "max(floor($WIDTH / 4.0), 1)", "HEIGHT": "max(floor($HEIGHT / 4.0), 1)"},
        {}
    ]
}*/

// water.r is the height now, water.g a step ago

float near_focus(vec2 uv) {
    vec2 away = (uv - focus) * vec2(RENDERSIZE.x / RENDERSIZE.y, 1.0);
    return focusRadius > 0.0 ? exp(-dot(away, away) / (8.0 * focusRadius * focusRadius)) : 1.0;
}

float height(vec2 uv) {
    return IMG_NORM_PIXEL(water, uv).r;
}

void main() {
    vec2 uv = isf_FragNormCoord;
    vec2 pixel = 1.0 / IMG_SIZE(water);
    vec2 right = vec2(pixel.x, 0.0);
    vec2 up = vec2(0.0, pixel.y);
    if (PASSINDEX == 0) {
        vec2 here = IMG_THIS_PIXEL(water).rg;
        // explicit steps of the wave equation; a speed above 1/2 here would not be stable
        float pull = height(uv + right) + height(uv - right) + height(uv + up) + height(uv - up) - 4.0 * here.r;
        float next = (2.0 * here.r - here.g + 0.45 * pull) * damping;
        vec2 away = (uv - focus) * vec2(RENDERSIZE.x / RENDERSIZE.y, 1.0);
        float beat = TIME * drops;
        bool falls = FRAMEINDEX == 0 || drop || floor(beat) != floor(beat - TIMEDELTA * drops);
        next += falls ? exp(-dot(away, away) * 1200.0) : 0.0;
        gl_FragColor = vec4(clamp(next, -4.0, 4.0), here.r, 0.0, 1.0);
        return;
    }
    vec2 slope = vec2(height(uv + right) - height(uv - right), height(uv + up) - height(uv - up));
    float strength = amount * near_focus(uv);
    vec4 colour = IMG_NORM_PIXEL(inputImage, uv + slope * depth * strength);
    colour.rgb += glint.rgb * max(0.0, dot(slope, vec2(-0.6, 0.8))) * strength * colour.a;
    gl_FragColor = colour;
}
