"""New faces for old: remeshing, subdividing, thinning, cutting, closing. Arrays in, arrays out; one operation a file.

Every operation takes ``vertices (n, 3) float32`` in mm and ``faces (m, 3) int32`` and returns new ones, leaving its input as
it is; long ones take ``progress(fraction)`` and ``cancelled()`` and raise `TopologyError` ``cancelled``.
"""
