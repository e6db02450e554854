"""What can go wrong at a door of the program: each error says what, where, and what to do next."""

from __future__ import annotations


class NeodentError(Exception):
    """An error a person can act on.

    Parameters
    ----------
    what : str
        One sentence: what is wrong.
    kind : str
        A short, closed word for programs and tests, such as ``"truncated"``.
    where : str
        File, line, address, field or argument.
    remedy : str
        One sentence: what to do next.
    """

    def __init__(self, what: str, *, kind: str, where: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.kind = kind
        self.where = where
        self.remedy = remedy

    def __reduce__(self) -> tuple[object, ...]:
        """Cross a process border whole."""
        return _rebuild, (type(self), self.what, self.kind, self.where, self.remedy)

    def sentence(self) -> str:
        """Return what, where and remedy as one line for a window or a terminal."""
        where = f" [{self.where}]" if self.where else ""
        end = "" if not (where or self.remedy) or self.what.endswith((".", "!", "?", ":", "…")) else "."
        return f"{self.what}{end}{where}" + (f" {self.remedy}" if self.remedy else "")


def _rebuild(cls: type[NeodentError], what: str, kind: str, where: str, remedy: str) -> NeodentError:
    return cls(what, kind=kind, where=where, remedy=remedy)


class MeshFileError(NeodentError):
    """A mesh file cannot be read or written.

    ``kind`` is one of ``missing``, ``unreadable``, ``empty``, ``truncated``, ``not_a_mesh``, ``bad_index``,
    ``not_finite``, ``unknown_format``, ``too_large``, ``timeout``, ``cancelled``, ``labels``, ``write``.
    """


class ProjectFileError(NeodentError):
    """A ``.neodent`` project cannot be read or written.

    ``kind`` is one of ``missing``, ``not_a_project``, ``newer``, ``damaged``, ``busy``, ``write``.
    """


class ShaderError(NeodentError):
    """A shader does not parse or compile; ``where`` names file and line.

    ``kind`` is one of ``header``, ``compile``, ``link``, ``input``, ``missing``.
    """


class SensorError(NeodentError):
    """A source, address or packet is unusable.

    ``kind`` is one of ``address``, ``packet``, ``channel``, ``busy``, ``closed``, ``missing``.
    """


class ConsentError(NeodentError):
    """Somebody asked for what consent does not allow, or a consent record is malformed (``kind`` ``denied``, ``record``)."""


class ArgumentError(NeodentError):
    """A command line or an action was given something unusable (``kind`` ``argument``)."""


class TopologyError(NeodentError):
    """Faces cannot be changed as asked (``kind`` ``cancelled``, ``too_large``, ``empty``, ``not_fit``, ``locked``)."""


class RecordingError(NeodentError):
    """A recording of sensor data cannot be read, written or played.

    ``kind`` is one of ``missing``, ``not_a_recording``, ``unreadable``, ``newer``, ``damaged``, ``empty``, ``extra`` (a
    library that is not installed), ``too_large``, ``busy``, ``write``.
    """
