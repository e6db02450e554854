/*{
    "DESCRIPTION": "The last picture stays, drifts outwards and turns: what moves leaves a trail of light.",
    "CREDIT": "neodent_viewer",
    "ISFVSN": "2",
    "CATEGORIES": ["Feedback"],
    "INPUTS": [
        {"NAME": "inputImage", "TYPE": "image"},
        {"NAME": "amount", "LABEL": "Amount", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 1.0, "IDENTITY": 0.0},
        {"NAME": "keep", "LABEL": "What stays a thirtieth of a second", "TYPE": "float", "DEFAULT": 0.74, "MIN": 0.0, "MAX": 0.9},
        {"NAME": "grow", "LABEL": "Growth a second", "TYPE": "float", "DEFAULT": 0.225, "MIN": -1.0, "MAX": 1.0},
        {"NAME": "turn", "LABEL": "Turn a second (degrees)", "TYPE": "float", "DEFAULT": 17.0, "MIN": -180.0, "MAX": 180.0},
        {"NAME": "colourful", "LABEL": "Coloured light before white", "TYPE": "float", "DEFAULT": 0.8, "MIN": 0.0, "MAX": 1.0},
        {"NAME": "tint", "LABEL": "Tint of the trail", "TYPE": "color", "DEFAULT": [0.985, 0.955, 0.995, 1.0]},
        {"NAME": "focus", "LABEL": "Focus", "TYPE": "point2D", "DEFAULT": [0.5, 0.5], "MIN": [0.0, 0.0], "MAX": [1.0, 1.0]},
        {"NAME": "focusRadius", "LABEL": "Focus radius (0 = everywhere)", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 2.0}
    ],
    "PASSES": [
        {"TARGET": "trail", "PERSISTENT": true, "FLOAT": true},
        {}
    ]
}*/

float near_focus(vec2 uv) {
    vec2 away = (uv - focus) * vec2(RENDERSIZE.x / RENDERSIZE.y, 1.0);
    return focusRadius > 0.0 ? exp(-dot(away, away) / (2.0 * focusRadius * focusRadius)) : 1.0;
}

void main() {
    vec2 uv = isf_FragNormCoord;
    if (PASSINDEX == 1) {
        gl_FragColor = IMG_THIS_PIXEL(trail);
        return;
    }
    float beats = TIMEDELTA * 30.0;  // the sliders speak of a thirtieth of a second, whatever the frame rate
    float angle = radians(turn) * TIMEDELTA;
    vec2 stretch = vec2(RENDERSIZE.x / RENDERSIZE.y, 1.0);
    vec2 from = mat2(cos(angle), sin(angle), -sin(angle), cos(angle)) * ((uv - focus) * stretch);
    vec4 last = IMG_NORM_PIXEL(trail, focus + from * (1.0 - grow * TIMEDELTA) / stretch);
    vec4 now = IMG_THIS_PIXEL(inputImage);
    // above 0.9 the largest of old and new would fill a noisy region white
    float stays = beats > 0.0 ? pow(max(keep * amount * near_focus(uv), 1e-6), beats) : 0.0;
    float peak = max(last.r, max(last.g, last.b));
    float pure = 1.0 - min(last.r, min(last.g, last.b)) / max(peak, 1e-4);
    stays *= mix(1.0, smoothstep(0.20, 0.50, pure), colourful);  // or moving enamel would smear the fault white
    vec3 faded = max(last.rgb - 0.004 * beats, 0.0) * stays * tint.rgb;
    gl_FragColor = vec4(max(now.rgb, faded), max(now.a, last.a * stays));
}
