"""3MF: units, placed objects, components, and zips that must not be unfolded."""

import zipfile

import numpy as np
import pytest

from neodent_viewer.core.errors import MeshFileError
from neodent_viewer.files import read_surfaces, threemf
from neodent_viewer.files.threemf import read_3mf

NAMESPACE = "http://schemas.microsoft.com/3dmanufacturing/core/2015/02"


def write(tmp_path, model, name="3D/3dmodel.model"):
    path = tmp_path / "jaw.3mf"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(name, model)
    return path


def model(resources, build, unit="millimeter"):
    head = f'<?xml version="1.0"?><model unit="{unit}" xmlns="{NAMESPACE}"><metadata name="Designer">Maria</metadata>'
    return f"{head}<resources>{resources}</resources><build>{build}</build></model>"


def mesh(vertices, faces, key=1, name="crown"):
    points = "".join(f'<vertex x="{x!r}" y="{y!r}" z="{z!r}"/>' for x, y, z in vertices)
    triangles = "".join(f'<triangle v1="{a}" v2="{b}" v3="{c}"/>' for a, b, c in faces)
    body = f"<mesh><vertices>{points}</vertices><triangles>{triangles}</triangles></mesh>"
    return f'<object id="{key}" name="{name}" type="model">{body}</object>'


def test_a_mesh_keeps_its_order_and_its_unit(tmp_path, patch):
    vertices, faces = patch
    inches = vertices.astype(np.float64) / 25.4
    path = write(tmp_path, model(mesh(inches.tolist(), faces.tolist()), '<item objectid="1"/>', "inch"))
    (surface,) = read_surfaces(path)
    assert np.abs(surface.in_file_order(surface.vertices) - vertices).max() < 1e-5
    assert surface.report.unit == "in"
    assert surface.name == "jaw"
    assert len(surface.faces) == len(faces)


def test_components_and_items_are_placed(tmp_path):
    one = mesh([(0, 0, 0), (9, 0, 0), (0, 9, 0)], [(0, 1, 2)])
    group = '<object id="2"><components><component objectid="1" transform="1 0 0 0 1 0 0 0 1 5 0 0"/>'
    group += '<component objectid="1"/></components></object>'
    items = '<item objectid="2" transform="0 1 0 -1 0 0 0 0 1 0 0 7"/><item objectid="1"/>'
    raws = read_3mf(write(tmp_path, model(one + group, items)))
    assert [raw.vertices.tolist() for raw in raws] == [
        [[0, 5, 7], [0, 14, 7], [-9, 5, 7]],
        [[0, 0, 7], [0, 9, 7], [-9, 0, 7]],
        [[0, 0, 0], [9, 0, 0], [0, 9, 0]],
    ]
    assert {raw.name for raw in raws} == {"crown"}


TRIANGLE = mesh([(0, 0, 0), (9, 0, 0), (0, 9, 0)], [(0, 1, 2)])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (model(TRIANGLE, ""), "empty"),
        (model(TRIANGLE, '<item objectid="7"/>'), "unreadable"),
        (model(TRIANGLE, '<item objectid="1"/>', "furlong"), "unreadable"),
        (model(TRIANGLE.replace('x="9"', 'x="nine"'), '<item objectid="1"/>'), "unreadable"),
        (model(TRIANGLE, '<item objectid="1" transform="1 2 3"/>'), "unreadable"),
        (model(TRIANGLE, '<item objectid="1"/>')[:-30], "truncated"),
        (model('<object id="1"><components><component objectid="1"/></components></object>', '<item objectid="1"/>'),
         "too_large"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said(tmp_path, text, kind):
    with pytest.raises(MeshFileError) as caught:
        read_3mf(write(tmp_path, text))
    assert caught.value.kind == kind


def test_a_bomb_is_not_unfolded(tmp_path, monkeypatch):
    monkeypatch.setattr(threemf, "_LARGEST", 1 << 20)
    path = write(tmp_path, b" " * (1 << 21))
    assert path.stat().st_size < 1 << 14
    with pytest.raises(MeshFileError) as caught:
        read_3mf(path)
    assert caught.value.kind == "too_large"


def test_other_zips_and_noise_are_refused(tmp_path):
    with pytest.raises(MeshFileError) as caught:
        read_3mf(write(tmp_path, "<model/>", "readme.txt"))
    assert caught.value.kind == "not_a_mesh"
    (tmp_path / "x.3mf").write_bytes(b"PK\x03\x04 and then nothing")
    with pytest.raises(MeshFileError) as caught:
        read_surfaces(tmp_path / "x.3mf")
    assert caught.value.kind == "truncated"
