"""Which files are taken, and what each of them is."""

from typing import NamedTuple


class Type(NamedTuple):
    """`endings` are the extensions that say it; `mesh` is true where it can be measured."""

    content_type: str
    endings: tuple[str, ...]
    mesh: bool = False


TYPES = {
    "stl": Type("model/stl", ("stl",), mesh=True),
    "3mf": Type("model/3mf", ("3mf",), mesh=True),
    "obj": Type("model/obj", ("obj",), mesh=True),
    "step": Type("model/step", ("step", "stp")),
    "pdf": Type("application/pdf", ("pdf",)),
    "png": Type("image/png", ("png",)),
    "jpg": Type("image/jpeg", ("jpg", "jpeg")),
    "webp": Type("image/webp", ("webp",)),
    "dxf": Type("image/vnd.dxf", ("dxf",)),
    "zip": Type("application/zip", ("zip",)),
}
FILE_TYPES = [ending for kind in TYPES.values() for ending in kind.endings]
WORDS = "STL, 3MF, OBJ, STEP, PDF, PNG, JPG, WebP, DXF or ZIP"

# What only the program that wrote it can read, and can export as what we read.
DRAWN_ELSEWHERE = frozenset(
    "3dm 3ds blend c4d catpart catproduct dae dwg f3d f3z fbx fcstd glb gltf iam iges igs ipt jt"
    " lwo ma max mb par ply prt sat scad skp sldasm sldprt usd usdz wrl x3d x_b x_t ztl".split()
)
