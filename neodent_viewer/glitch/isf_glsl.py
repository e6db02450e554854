"""From an ISF shader to GLSL 1.20: the built-ins are declared above the file's own text, which stays line for line.

Because only lines above are added, a compiler's line number less `lines_above` is the line in the user's file. (``#line``
would do the same, but GLSL 1.20 and 3.30 count it differently, and drivers disagree.)
"""

from __future__ import annotations

import re

from neodent_viewer.glitch.isf import InputType, IsfShader

_GLSL = {
    InputType.FLOAT: "float",
    InputType.BOOL: "bool",
    InputType.EVENT: "bool",
    InputType.LONG: "int",
    InputType.POINT2D: "vec2",
    InputType.COLOR: "vec4",
}

#: pixel size of a sampler; ISF's IMG_SIZE and IMG_PIXEL need it
SIZE_PREFIX = "isf_size_"

VERTEX = """#version 120
attribute vec2 a_corner;
varying vec2 isf_FragNormCoord;
void main() {
    isf_FragNormCoord = a_corner * 0.5 + 0.5;
    gl_Position = vec4(a_corner, 0.0, 1.0);
}
"""

_BUILT_IN = """
varying vec2 isf_FragNormCoord;
uniform int FRAMEINDEX;
uniform vec2 RENDERSIZE;
uniform float TIME;
uniform float TIMEDELTA;
uniform vec4 DATE;
#define vv_FragNormCoord isf_FragNormCoord
vec4 isf_norm_pixel(sampler2D image, vec2 at) { return texture2D(image, at); }
vec4 isf_pixel(sampler2D image, vec2 size, vec2 at) { return texture2D(image, at / size); }
"""

# each macro takes the sampler's name first; only that argument has to be understood
_MACROS = (
    (re.compile(r"\bIMG_(?:THIS_NORM|NORM_THIS|THIS)_PIXEL\s*\(\s*(\w+)\s*\)"), r"texture2D(\1, isf_FragNormCoord)"),
    (re.compile(r"\bIMG_NORM_PIXEL\s*\(\s*(\w+)\s*,"), r"isf_norm_pixel(\1,"),
    (re.compile(r"\bIMG_PIXEL\s*\(\s*(\w+)\s*,"), rf"isf_pixel(\1, {SIZE_PREFIX}\1,"),
    (re.compile(r"\bIMG_SIZE\s*\(\s*(\w+)\s*\)"), rf"{SIZE_PREFIX}\1"),
)
_DIRECTIVE = re.compile(r"^[ \t]*#[ \t]*(version|extension)\b.*$", re.MULTILINE)


def _prelude(shader: IsfShader, index: int) -> str:
    """Return what stands above the file: version, extensions the file asks for, built-ins, inputs."""
    extensions = [m[0].strip() for m in _DIRECTIVE.finditer(shader.source) if m[1] == "extension"]
    inputs = [f"uniform {_GLSL[i.type]} {i.name};" for i in shader.inputs if i.type is not InputType.IMAGE]
    samplers = [f"uniform sampler2D {name};\nuniform vec2 {SIZE_PREFIX}{name};" for name in shader.images]
    number = f"const int PASSINDEX = {index};"
    return "\n".join(["#version 120", *extensions, number, _BUILT_IN.strip(), *inputs, *samplers]) + "\n"


def fragment_source(shader: IsfShader, index: int = 0) -> str:
    """Return the fragment shader of one pass in GLSL 1.20, in plain ASCII.

    PASSINDEX is a constant, one program a pass: compilers that flatten branches would otherwise do the work of all passes
    in each (on Mesa's software renderer that made a six-pass bloom ten times slower).

    >>> from neodent_viewer.glitch.isf import parse
    >>> text = '/*{"INPUTS": [{"NAME": "a", "TYPE": "image"}]}*/ void main() { gl_FragColor = IMG_THIS_PIXEL(a); }'
    >>> fragment_source(parse(text)).splitlines()[-1].split("= ")[1]
    'texture2D(a, isf_FragNormCoord); }'
    """
    body = _DIRECTIVE.sub("", shader.source)
    for pattern, replacement in _MACROS:
        body = pattern.sub(replacement, body)
    return _prelude(shader, index) + body.encode("ascii", "replace").decode("ascii")


def lines_above(shader: IsfShader) -> int:
    """Return how many lines `fragment_source` puts above the file's first."""
    return _prelude(shader, 0).count("\n")
