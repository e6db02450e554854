// Masks and zones, which only an editor shows: what is protected is darkened, a zone is tinted. Define: MARKS.
// v_marks: colour of the zone (black where there is none), how much is protected.

vec3 marked(vec3 c) {
#ifdef MARKS
    float zone = clamp(dot(v_marks.rgb, vec3(2.0)), 0.0, 1.0);
    c = mix(c, c * 0.35 + v_marks.rgb * 0.62, 0.62 * zone);
    c = mix(c, c * vec3(0.30, 0.31, 0.36), clamp(v_marks.a, 0.0, 1.0));
#endif
    return c;
}
