"""Parts whose facts are known, written in every format that the product reads."""

import zipfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
Faces = npt.NDArray[np.int64]
Part = tuple[Points, Faces]
"""Points (n, 3) and faces (k, 3), counter-clockwise from outside."""

TRIANGLE = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("extra", "<u2")])
CORE = "http://schemas.microsoft.com/3dmanufacturing/core/2015/02"
PRODUCTION = "http://schemas.microsoft.com/3dmanufacturing/production/2015/06"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="model" '
    'ContentType="application/vnd.ms-package.3dmanufacturing-3dmodel+xml"/></Types>'
)
RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r" Target="/3D/3dmodel.model" '
    'Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"/></Relationships>'
)


def cube(side: float = 20.0) -> Part:
    points = np.array([[n & 1, n >> 1 & 1, n >> 2] for n in range(8)]) * float(side)
    quads = [(0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5)]
    return points, np.array([f for a, b, c, d in quads for f in ((a, b, c), (a, c, d))])


def torus(across: float = 20.0, thick: float = 5.0, around: int = 32, about: int = 16) -> Part:
    """A ring of `around` × `about` quads, `across` from its middle to the tube's."""
    u, v = np.meshgrid(np.arange(around), np.arange(about), indexing="ij")
    a, b = u.ravel() * 2 * np.pi / around, v.ravel() * 2 * np.pi / about
    r = across + thick * np.cos(b)
    points = np.stack([r * np.cos(a), r * np.sin(a), thick * np.sin(b)], axis=1)
    right, up = (u + 1) % around * about, (v + 1) % about
    p, q, s, t = (n.ravel() for n in (u * about + v, right + v, right + up, u * about + up))
    return points, np.concatenate([np.stack([p, q, s], 1), np.stack([p, s, t], 1)])


def sphere(radius: float = 10.0, around: int = 32, rings: int = 16) -> Part:
    points = [(0.0, 0.0, radius)]
    for ring in range(1, rings):
        tilt = np.pi * ring / rings
        for n in range(around):
            turn = 2 * np.pi * n / around
            points.append(
                (
                    radius * np.sin(tilt) * np.cos(turn),
                    radius * np.sin(tilt) * np.sin(turn),
                    radius * np.cos(tilt),
                )
            )
    points.append((0.0, 0.0, -radius))
    last, faces = len(points) - 1, []
    for n in range(around):
        m = (n + 1) % around
        faces.append((0, 1 + n, 1 + m))
        for ring in range(rings - 2):
            up, down = 1 + ring * around, 1 + (ring + 1) * around
            faces += [(up + n, down + n, down + m), (up + n, down + m, up + m)]
        low = 1 + (rings - 2) * around
        faces.append((last, low + m, low + n))
    return np.array(points), np.array(faces)


def both(one: Part, other: Part) -> Part:
    """Two parts in one file."""
    return np.concatenate([one[0], other[0]]), np.concatenate([one[1], other[1] + len(one[0])])


def triangles(part: Part) -> npt.NDArray[np.void]:
    """The records of a binary STL."""
    found = np.zeros(len(part[1]), TRIANGLE)
    found["corners"] = part[0][part[1]]
    return found


def stl(part: Part | npt.NDArray[np.void], *, head: bytes = b"part") -> bytes:
    records = triangles(part) if isinstance(part, tuple) else part
    return head.ljust(80, b" ") + len(records).to_bytes(4, "little") + records.tobytes()


def stl_text(part: Part, *, name: str = "part") -> bytes:
    lines = [f"solid {name}"]
    for face in part[0].astype("f4")[part[1]]:
        lines += ["facet normal 0 0 0", " outer loop"]
        lines += ["  vertex " + " ".join(f"{v:.9e}" for v in corner) for corner in face]
        lines += [" endloop", "endfacet"]
    return "\n".join([*lines, f"endsolid {name}", ""]).encode()


def obj(part: Part) -> bytes:
    lines = [f"v {x:.9g} {y:.9g} {z:.9g}" for x, y, z in part[0].astype("f4")]
    lines += [f"f {a + 1} {b + 1} {c + 1}" for a, b, c in part[1]]
    return "\n".join([*lines, ""]).encode()


def mesh_xml(part: Part) -> str:
    vertices = "".join(
        f'<vertex x="{x:.9g}" y="{y:.9g}" z="{z:.9g}"/>' for x, y, z in part[0].astype("f4")
    )
    faces = "".join(f'<triangle v1="{a}" v2="{b}" v3="{c}"/>' for a, b, c in part[1])
    return f"<mesh><vertices>{vertices}</vertices><triangles>{faces}</triangles></mesh>"


def model_xml(objects: str, items: str, *, unit: str = "millimeter", more: str = "") -> str:
    return (
        f'<model unit="{unit}" xmlns="{CORE}" xmlns:p="{PRODUCTION}" {more}>'
        f"<resources>{objects}</resources><build>{items}</build></model>"
    )


def one_object(part: Part) -> str:
    return f'<object id="1" type="model">{mesh_xml(part)}</object>'


def threemf(part: Part, *, unit: str = "millimeter") -> dict[str, str]:
    """The parts of a 3MF by name, for `zipped`."""
    model = model_xml(one_object(part), '<item objectid="1"/>', unit=unit)
    return packed(model)


def packed(model: str) -> dict[str, str]:
    return {"[Content_Types].xml": TYPES, "_rels/.rels": RELS, "3D/3dmodel.model": model}


def zipped(path: Path, parts: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return path


def written(folder: Path, part: Part, file_type: str) -> Path:
    """Write a part as stl, stl_text, obj or 3mf and give back its path."""
    path = folder / f"part.{file_type}"
    match file_type:
        case "stl":
            path.write_bytes(stl(part))
        case "stl_text":
            path.write_bytes(stl_text(part))
        case "obj":
            path.write_bytes(obj(part))
        case "3mf":
            zipped(path, threemf(part))
    return path
