/*{
    "DESCRIPTION": "What is bright glows into what is beside it, near and far.",
    "CREDIT": "neodent_viewer",
    "ISFVSN": "2",
    "CATEGORIES": ["Light"],
    "INPUTS": [
        {"NAME": "inputImage", "TYPE": "image"},
        {"NAME": "amount", "LABEL": "Amount", "TYPE": "float", "DEFAULT": 0.75, "MIN": 0.0, "MAX": 2.0, "IDENTITY": 0.0},
        {"NAME": "threshold", "LABEL": "What counts as bright", "TYPE": "float", "DEFAULT": 0.55, "MIN": 0.0, "MAX": 2.0},
        {"NAME": "colourful", "LABEL": "Coloured light before white", "TYPE": "float", "DEFAULT": 0.8, "MIN": 0.0, "MAX": 1.0},
        {"NAME": "tint", "LABEL": "Tint", "TYPE": "color", "DEFAULT": [1.0, 1.0, 1.0, 1.0]},
        {"NAME": "wide", "LABEL": "Wide glow", "TYPE": "bool", "DEFAULT": true},
        {"NAME": "focus", "LABEL": "Focus", "TYPE": "point2D", "DEFAULT": [0.5, 0.5], "MIN": [0.0, 0.0], "MAX": [1.0, 1.0]},
        {"NAME": "focusRadius", "LABEL": "Focus radius (0 = everywhere)", "TYPE": "float", "DEFAULT": 0.0, "MIN": 0.0, "MAX": 2.0}
    ],
    "PASSES": [
        {"TARGET": "bright", "WIDTH": "floor($WIDTH / 4.0)", "HEIGHT": "floor($HEIGHT / 4.0)"},
        {"TARGET": "across", "WIDTH": "floor($WIDTH / 4.0)", "HEIGHT": "floor($HEIGHT / 4.0)"},
        {"TARGET": "near", "WIDTH": "floor($WIDTH / 4.0)", "HEIGHT": "floor($HEIGHT / 4.0)"},
        {"TARGET": "farAcross", "WIDTH": "floor($WIDTH / 16.0)", "HEIGHT": "floor($HEIGHT / 16.0)"},
        {"TARGET": "far", "WIDTH": "floor($WIDTH / 16.0)", "HEIGHT": "floor($HEIGHT / 16.0)"},
        {}
    ]
}*/

float near_focus(vec2 uv) {
    vec2 away = (uv - focus) * vec2(RENDERSIZE.x / RENDERSIZE.y, 1.0);
    return focusRadius > 0.0 ? exp(-dot(away, away) / (2.0 * focusRadius * focusRadius)) : 1.0;
}

// Enamel is bright too, but pale: coloured light glows before it.
vec3 glare(vec2 at) {
    vec3 colour = IMG_NORM_PIXEL(inputImage, at).rgb;
    float peak = max(colour.r, max(colour.g, colour.b));
    float pure = 1.0 - min(colour.r, min(colour.g, colour.b)) / max(peak, 1e-4);
    float weight = mix(1.0, smoothstep(0.25, 0.60, pure), colourful) * near_focus(at);
    return colour * weight * max(0.0, peak - threshold) / max(peak, 1e-4) / (1.0 + 0.25 * peak);
}

// 9 taps of a Gaussian in 5 fetches: two neighbours lie in one linear fetch between them
vec3 blur_across(vec2 uv, vec2 step_) {
    vec3 sum = 0.2270270 * IMG_NORM_PIXEL(bright, uv).rgb;
    sum += 0.3162162 * (IMG_NORM_PIXEL(bright, uv + 1.3846154 * step_).rgb + IMG_NORM_PIXEL(bright, uv - 1.3846154 * step_).rgb);
    return sum + 0.0702703 * (IMG_NORM_PIXEL(bright, uv + 3.2307692 * step_).rgb + IMG_NORM_PIXEL(bright, uv - 3.2307692 * step_).rgb);
}

vec3 blur_up(vec2 uv, vec2 step_) {
    vec3 sum = 0.2270270 * IMG_NORM_PIXEL(across, uv).rgb;
    sum += 0.3162162 * (IMG_NORM_PIXEL(across, uv + 1.3846154 * step_).rgb + IMG_NORM_PIXEL(across, uv - 1.3846154 * step_).rgb);
    return sum + 0.0702703 * (IMG_NORM_PIXEL(across, uv + 3.2307692 * step_).rgb + IMG_NORM_PIXEL(across, uv - 3.2307692 * step_).rgb);
}

vec3 far_across(vec2 uv, vec2 step_) {
    vec3 sum = 0.2270270 * IMG_NORM_PIXEL(near, uv).rgb;
    sum += 0.3162162 * (IMG_NORM_PIXEL(near, uv + 1.3846154 * step_).rgb + IMG_NORM_PIXEL(near, uv - 1.3846154 * step_).rgb);
    return sum + 0.0702703 * (IMG_NORM_PIXEL(near, uv + 3.2307692 * step_).rgb + IMG_NORM_PIXEL(near, uv - 3.2307692 * step_).rgb);
}

vec3 far_up(vec2 uv, vec2 step_) {
    vec3 sum = 0.2270270 * IMG_NORM_PIXEL(farAcross, uv).rgb;
    sum += 0.3162162 * (IMG_NORM_PIXEL(farAcross, uv + 1.3846154 * step_).rgb + IMG_NORM_PIXEL(farAcross, uv - 1.3846154 * step_).rgb);
    return sum + 0.0702703 * (IMG_NORM_PIXEL(farAcross, uv + 3.2307692 * step_).rgb + IMG_NORM_PIXEL(farAcross, uv - 3.2307692 * step_).rgb);
}

void main() {
    vec2 uv = isf_FragNormCoord;
    vec2 pixel = 1.0 / RENDERSIZE;
    vec3 colour = vec3(0.0);
    if (PASSINDEX == 0) {
        vec2 quarter = pixel * 0.25;
        colour = 0.25 * (glare(uv + quarter) + glare(uv - quarter)
            + glare(uv + vec2(quarter.x, -quarter.y)) + glare(uv + vec2(-quarter.x, quarter.y)));
    } else if (PASSINDEX == 1) {
        colour = blur_across(uv, vec2(pixel.x, 0.0));
    } else if (PASSINDEX == 2) {
        colour = blur_up(uv, vec2(0.0, pixel.y));
    } else if (PASSINDEX == 3) {
        colour = wide ? far_across(uv, vec2(pixel.x, 0.0)) : vec3(0.0);
    } else if (PASSINDEX == 4) {
        colour = wide ? far_up(uv, vec2(0.0, pixel.y)) : vec3(0.0);
    } else {
        vec4 picture = IMG_THIS_PIXEL(inputImage);
        vec3 glow = 0.45 * IMG_NORM_PIXEL(near, uv).rgb + 0.65 * IMG_NORM_PIXEL(far, uv).rgb;
        gl_FragColor = vec4(picture.rgb + amount * tint.rgb * glow, picture.a);
        return;
    }
    gl_FragColor = vec4(colour, 1.0);
}
