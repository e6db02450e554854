"""Floor 2: what a hand does to a surface, without a window.

A hand's calls go to a `stroke.Stroke` (the order of a dab stands at its top), made from a `surface.SculptMesh`, the name of
one of the `brushes` (how to add one stands there) and `settings.BrushSettings`. `path` says where dabs stand, `influence` and
`automask` what each reaches, `drag` holds what is dragged, `symmetry` and `midplane` mirror, `undo` keeps what was before.
`masking` works on whole masks, `recording` writes strokes as data and does them again, `kernels` holds the compiled loops.
"""
