"""Renders the demo shop's pictures with Blender's Cycles. See README.md beside this file.

Lengths are millimetres in the helpers; one Blender unit is 100 mm.
Every printed object is built so that its local Z is the direction it was printed in:
the `filament` material draws the layers along it.
"""

import math
import random
import sys
from math import cos, pi, radians, sin

import bpy
from mathutils import Matrix, Vector

MM = 0.01
COLOURS = {
    "terracotta": "#c2683f",
    "chalk": "#f4ecdc",
    "moss": "#66744a",
    "sand": "#cbb08a",
    "slate": "#4d5a66",
    "graphite": "#2c2d30",
    "mustard": "#d79b2c",
    "pine": "#1f5c4d",
    "sky": "#7fa6b8",
    "brick": "#b4503a",
    "blush": "#d9a493",
    "cream": "#efe6d2",
}


def rgb(colour):
    text = COLOURS.get(colour, colour).lstrip("#")
    parts = [int(text[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    return (*(p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts), 1.0)


# ── Materials ─────────────────────────────────────────────────────────────


class Nodes:
    def __init__(self, name):
        self.material = bpy.data.materials.new(name)
        self.material.use_nodes = True
        self.tree = self.material.node_tree
        self.tree.nodes.clear()
        self.out = self.add("ShaderNodeOutputMaterial")

    def add(self, kind, **values):
        node = self.tree.nodes.new(kind)
        for key, value in values.items():
            setattr(node, key, value)
        return node

    def link(self, a, b):
        self.tree.links.new(a, b)

    def math(self, operation, a, b=None):
        node = self.add("ShaderNodeMath", operation=operation)
        for socket, value in zip(node.inputs, (a, b)):
            if value is None:
                continue
            if isinstance(value, (int, float)):
                socket.default_value = value
            else:
                self.link(value, socket)
        return node.outputs[0]


def layer_bump(n, layer, strength):
    """Rounded beads along local Z on the sides, raster lines on flat tops."""
    coords = n.add("ShaderNodeTexCoord")
    xyz = n.add("ShaderNodeSeparateXYZ")
    n.link(coords.outputs["Object"], xyz.inputs[0])
    normal = n.add("ShaderNodeSeparateXYZ")
    n.link(coords.outputs["Normal"], normal.inputs[0])
    noise = n.add("ShaderNodeTexNoise")
    noise.inputs["Scale"].default_value = 5.0
    n.link(coords.outputs["Object"], noise.inputs["Vector"])
    wobble = n.math("MULTIPLY", noise.outputs["Fac"], layer * MM * 0.5)

    def beads(value, width):
        return n.math("POWER", n.math("ABSOLUTE", n.math("SINE", n.math("MULTIPLY", value, pi / (width * MM)))), 0.55)

    sides = beads(n.math("ADD", xyz.outputs[2], wobble), layer)
    tops = beads(n.math("ADD", n.math("ADD", xyz.outputs[0], xyz.outputs[1]), wobble), layer * 1.3)
    flat = n.math("GREATER_THAN", n.math("ABSOLUTE", normal.outputs[2]), 0.93)
    height = n.math("ADD", n.math("MULTIPLY", tops, flat), n.math("MULTIPLY", sides, n.math("SUBTRACT", 1.0, flat)))
    bump = n.add("ShaderNodeBump")
    bump.inputs["Strength"].default_value = strength
    bump.inputs["Distance"].default_value = layer * MM * 0.5
    n.link(height, bump.inputs["Height"])
    return bump.outputs[0], sides, noise.outputs["Fac"]


def filament(colour, layer=1.6, strength=0.9, rough=0.42):
    n = Nodes(f"filament {colour}")
    bump, sides, noise = layer_bump(n, layer, strength)
    shader = n.add("ShaderNodeBsdfPrincipled")
    shade = n.add("ShaderNodeHueSaturation")
    shade.inputs["Color"].default_value = rgb(colour)
    # grooves are a little darker; the batch varies a little
    n.link(n.math("ADD", n.math("MULTIPLY", sides, 0.22), n.math("ADD", n.math("MULTIPLY", noise, 0.12), 0.74)), shade.inputs["Value"])
    n.link(shade.outputs[0], shader.inputs["Base Color"])
    n.link(bump, shader.inputs["Normal"])
    shader.inputs["Roughness"].default_value = rough
    shader.inputs["Specular IOR Level"].default_value = 0.42
    n.link(shader.outputs[0], n.out.inputs[0])
    return n.material


def glowing(colour, layer=1.3):
    """Thin, translucent filament."""
    n = Nodes("glowing")
    bump, sides, _ = layer_bump(n, layer, 0.5)
    diffuse, through, gloss = n.add("ShaderNodeBsdfDiffuse"), n.add("ShaderNodeBsdfTranslucent"), n.add("ShaderNodeBsdfGlossy")
    for node in (diffuse, through, gloss):
        n.link(bump, node.inputs["Normal"])
    diffuse.inputs["Color"].default_value = rgb(colour)
    tint = n.add("ShaderNodeHueSaturation")
    tint.inputs["Color"].default_value = rgb("#ffdfae")
    n.link(n.math("ADD", n.math("MULTIPLY", sides, 0.35), 0.62), tint.inputs["Value"])
    n.link(tint.outputs[0], through.inputs["Color"])
    gloss.inputs["Roughness"].default_value = 0.4
    first, second = n.add("ShaderNodeMixShader"), n.add("ShaderNodeMixShader")
    first.inputs[0].default_value = 0.5
    n.link(diffuse.outputs[0], first.inputs[1])
    n.link(through.outputs[0], first.inputs[2])
    second.inputs[0].default_value = 0.04
    n.link(first.outputs[0], second.inputs[1])
    n.link(gloss.outputs[0], second.inputs[2])
    n.link(second.outputs[0], n.out.inputs[0])
    return n.material


def plain(colour, rough=0.5, metallic=0.0, specular=0.4, coat=0.0, emit=0.0, sub=0.0):
    n = Nodes(f"plain {colour}")
    shader = n.add("ShaderNodeBsdfPrincipled")
    shader.inputs["Base Color"].default_value = rgb(colour)
    shader.inputs["Roughness"].default_value = rough
    shader.inputs["Metallic"].default_value = metallic
    shader.inputs["Specular IOR Level"].default_value = specular
    shader.inputs["Coat Weight"].default_value = coat
    if sub:
        shader.inputs["Subsurface Weight"].default_value = sub
        shader.inputs["Subsurface Radius"].default_value = (1, 1, 0.5)
        shader.inputs["Subsurface Scale"].default_value = 0.03
    if emit:
        shader.inputs["Emission Color"].default_value = rgb(colour)
        shader.inputs["Emission Strength"].default_value = emit
    n.link(shader.outputs[0], n.out.inputs[0])
    return n.material


def ramp_along(attribute, stops, rough=0.45, sub=0.08):
    """Colours along a vertex attribute from 0 to 1."""
    n = Nodes("ramp")
    attr = n.add("ShaderNodeAttribute", attribute_name=attribute)
    ramp = n.add("ShaderNodeValToRGB")
    ramp.color_ramp.elements[0].position, ramp.color_ramp.elements[0].color = stops[0][0], rgb(stops[0][1])
    ramp.color_ramp.elements[1].position, ramp.color_ramp.elements[1].color = stops[-1][0], rgb(stops[-1][1])
    for position, colour in stops[1:-1]:
        ramp.color_ramp.elements.new(position).color = rgb(colour)
    n.link(attr.outputs["Fac"], ramp.inputs[0])
    shader = n.add("ShaderNodeBsdfPrincipled")
    n.link(ramp.outputs[0], shader.inputs["Base Color"])
    shader.inputs["Roughness"].default_value = rough
    shader.inputs["Subsurface Weight"].default_value = sub
    shader.inputs["Subsurface Radius"].default_value = (0.5, 1, 0.25)
    shader.inputs["Subsurface Scale"].default_value = 0.04
    n.link(shader.outputs[0], n.out.inputs[0])
    return n.material


# ── Shapes ────────────────────────────────────────────────────────────────


def mesh(name, verts, faces, material, smooth=True, auto=None):
    data = bpy.data.meshes.new(name)
    data.from_pydata([Vector(v) * MM for v in verts], [], faces)
    data.validate()
    if smooth:
        data.polygons.foreach_set("use_smooth", [True] * len(data.polygons))
    if auto:
        data.set_sharp_from_angle(angle=radians(auto))
    data.materials.append(material)
    obj = bpy.data.objects.new(name, data)
    bpy.context.collection.objects.link(obj)
    return obj


def move(obj, x=0, y=0, z=0, rx=0, ry=0, rz=0):
    obj.location = Vector((x, y, z)) * MM
    obj.rotation_euler = (radians(rx), radians(ry), radians(rz))
    return obj


def lathe(name, rings, material, steps=240, radius=None, close=(True, True)):
    """rings: (r, z) pairs, walked outside up, over the rim and down the inside."""
    verts, faces = [], []
    for i, (r, z) in enumerate(rings):
        for k in range(steps):
            a = 2 * pi * k / steps
            rr = radius(r, z, a, i) if radius else r
            verts.append((rr * cos(a), rr * sin(a), z))
    for i in range(len(rings) - 1):
        for k in range(steps):
            n = (k + 1) % steps
            faces.append((i * steps + k, i * steps + n, (i + 1) * steps + n, (i + 1) * steps + k))
    if close[0]:
        faces.append(tuple(reversed(range(steps))))
    if close[1]:
        faces.append(tuple(range((len(rings) - 1) * steps, len(rings) * steps)))
    return mesh(name, verts, faces, material, auto=55)


def plate(name, outlines, thick, material, bevel=0.5):
    """2D outlines (first is the body, the rest are holes), extruded upwards from z = 0."""
    curve = bpy.data.curves.new(name, "CURVE")
    curve.dimensions, curve.fill_mode = "2D", "BOTH"
    curve.extrude = (thick / 2 - bevel) * MM
    curve.bevel_depth, curve.bevel_resolution, curve.offset = bevel * MM, 2, -bevel * MM
    for points in outlines:
        spline = curve.splines.new("POLY")
        spline.points.add(len(points) - 1)
        for point, (x, y) in zip(spline.points, points):
            point.co = (x * MM, y * MM, 0, 1)
        spline.use_cyclic_u = True
    temp = bpy.data.objects.new(name, curve)
    bpy.context.collection.objects.link(temp)
    bpy.context.view_layer.update()
    data = bpy.data.meshes.new_from_object(temp.evaluated_get(bpy.context.evaluated_depsgraph_get()))
    bpy.data.objects.remove(temp)
    data.transform(Matrix.Translation((0, 0, thick / 2 * MM)))
    data.polygons.foreach_set("use_smooth", [True] * len(data.polygons))
    data.set_sharp_from_angle(angle=radians(35))
    data.materials.clear()
    data.materials.append(material)
    obj = bpy.data.objects.new(name, data)
    bpy.context.collection.objects.link(obj)
    return obj


def circle(r, x=0, y=0, steps=96):
    return [(x + r * cos(2 * pi * k / steps), y + r * sin(2 * pi * k / steps)) for k in range(steps)]


def rounded(points, r, steps=10):
    """A polyline or polygon with its inner corners filleted; r may be one per corner."""
    out = [points[0]]
    for i in range(1, len(points) - 1):
        a, b, c = (Vector(points[i + k]) for k in (-1, 0, 1))
        u, v = (a - b).normalized(), (c - b).normalized()
        angle = u.angle(v)
        rr = r[i - 1] if isinstance(r, (list, tuple)) else r
        cut = min(rr / math.tan(angle / 2), (a - b).length * 0.49, (c - b).length * 0.49)
        rr = cut * math.tan(angle / 2)
        centre = b + (u + v).normalized() * (rr / sin(angle / 2))
        start, end = b + u * cut - centre, b + v * cut - centre
        sweep = start.angle_signed(end)
        for k in range(steps + 1):
            turned = start.copy()
            turned.rotate(Matrix.Rotation(-sweep * k / steps, 2))
            out.append(tuple(centre + turned))
    out.append(points[-1])
    return out


def stroke(path, width):
    """The outline of a line of this width with round ends."""
    pts = [Vector(p) for p in path]
    left, right = [], []
    for i, p in enumerate(pts):
        d = (pts[min(i + 1, len(pts) - 1)] - pts[max(i - 1, 0)]).normalized()
        n = Vector((-d.y, d.x)) * width / 2
        left.append(p + n)
        right.append(p - n)

    def cap(p, frm):
        start = frm - p
        arc = []
        for k in range(1, 10):
            turned = start.copy()
            turned.rotate(Matrix.Rotation(-pi * k / 10, 2))
            arc.append(p + turned)
        return arc

    outline = left + cap(pts[-1], left[-1]) + right[::-1] + cap(pts[0], right[0])
    return [tuple(p) for p in outline]


def tube(name, points, radius, material, cyclic=False):
    curve = bpy.data.curves.new(name, "CURVE")
    curve.dimensions, curve.bevel_depth, curve.bevel_resolution = "3D", radius * MM, 6
    spline = curve.splines.new("NURBS")
    spline.points.add(len(points) - 1)
    for point, co in zip(spline.points, points):
        point.co = (*(Vector(co) * MM), 1)
    spline.order_u, spline.use_endpoint_u, spline.use_cyclic_u, spline.resolution_u = 4, True, cyclic, 8
    curve.use_fill_caps = True
    curve.materials.append(material)
    obj = bpy.data.objects.new(name, curve)
    bpy.context.collection.objects.link(obj)
    return obj


def box(name, w, d, h, material, bevel=0.6):
    x, y = w / 2, d / 2
    obj = mesh(
        name,
        [(-x, -y, 0), (x, -y, 0), (x, y, 0), (-x, y, 0), (-x, -y, h), (x, -y, h), (x, y, h), (-x, y, h)],
        [(3, 2, 1, 0), (4, 5, 6, 7), (0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7)],
        material,
        auto=35,
    )
    if bevel:
        mod = obj.modifiers.new("bevel", "BEVEL")
        mod.width, mod.segments = bevel * MM, 3
    return obj


def group(objs, **place):
    parent = bpy.data.objects.new("group", None)
    bpy.context.collection.objects.link(parent)
    for obj in objs:
        if obj.parent is None:
            obj.parent = parent
    return move(parent, **place)


# ── Products ──────────────────────────────────────────────────────────────


def profile(points, n):
    """A smooth radius over height through (t, r) points (Catmull-Rom)."""
    pts = [points[0], *points, points[-1]]
    out = []
    for k in range(n + 1):
        t = k / n
        i = next(i for i in range(1, len(pts) - 2) if t <= pts[i + 1][0] + 1e-9)
        (t0, p0), (t1, p1), (t2, p2), (t3, p3) = pts[i - 1 : i + 3]
        u = (t - t1) / (t2 - t1)
        m1 = (p2 - p0) / ((t2 - t0) or 1) * (t2 - t1)
        m2 = (p3 - p1) / ((t3 - t1) or 1) * (t2 - t1)
        out.append((2 * u**3 - 3 * u**2 + 1) * p1 + (u**3 - 2 * u**2 + u) * m1 + (-2 * u**3 + 3 * u**2) * p2 + (u**3 - u**2) * m2)
    return out


def ripple_vase(colour, height=230, ripples=22, layer=1.9):
    k = height / 230
    radii = profile([(0, 42), (0.18, 60), (0.42, 76), (0.66, 64), (0.86, 38), (1, 34)], 220)
    outer = [(r * k, height * i / 220) for i, r in enumerate(radii)]
    inner = [(r - 2.4, z) for r, z in reversed(outer[4:])]

    def radius(r, z, a, i):
        t = z / height
        depth = 0.055 * min(1, 0.35 + 1.3 * t) * (1 - 0.55 * max(0, t - 0.7) / 0.3)
        wave = cos(ripples * (a + 0.55 * sin(pi * t) * 1.1))
        return r * (1 + depth * (wave - 0.28 * cos(2 * ripples * (a + 0.605 * sin(pi * t)))))

    return lathe("vase", outer + inner, filament(colour, layer), 528, radius)


def facet_planter(colour, size=1.0, plant="agave", seed=3, layer=1.9):
    n = 8
    levels = [(46, 0), (66, 26), (79, 60), (80, 84), (68, 118)]
    rnd = random.Random(seed)
    verts, faces = [], []

    def ring(r, z, half, jitter):
        for k in range(n):
            a = 2 * pi * (k + half / 2) / n
            rr = r * (1 + rnd.uniform(-jitter, jitter))
            verts.append((rr * cos(a), rr * sin(a), z + (rnd.uniform(-5, 5) if jitter else 0)))

    for i, (r, z) in enumerate(levels):
        ring(r, z, i % 2, 0.045 if 0 < i < len(levels) - 1 else 0)
    top = len(levels) - 1
    for i in range(top):
        for k in range(n):
            a, b = i * n + k, i * n + (k + 1) % n
            if i % 2 == 0:
                c, d = (i + 1) * n + k, (i + 1) * n + (k + 1) % n
                faces += [(a, b, c), (b, d, c)]
            else:
                c, d = (i + 1) * n + (k + 1) % n, (i + 1) * n + k
                faces += [(a, b, c), (a, c, d)]
    start = len(verts)
    for k in range(n):  # rim, then down the inside
        x, y, z = verts[top * n + k]
        verts.append((x * 0.93, y * 0.93, z))
    for k in range(n):
        x, y, z = verts[top * n + k]
        verts.append((x * 0.98, y * 0.98, 90))
    for k in range(n):
        m = (k + 1) % n
        faces.append((top * n + k, top * n + m, start + m, start + k))
        faces.append((start + k, start + m, start + n + m, start + n + k))
    faces.append(tuple(reversed(range(n))))
    parts = [mesh("planter", verts, faces, filament(colour, layer / size), smooth=False)]
    soil = []
    steps = 60
    for i in range(22):
        for k in range(steps):
            a = 2 * pi * k / steps
            soil.append((66 * i / 21 * cos(a), 66 * i / 21 * sin(a), 103 + rnd.uniform(-1.8, 1.8) + 5 * (1 - i / 21)))
    quads = [(i * steps + k, i * steps + (k + 1) % steps, (i + 1) * steps + (k + 1) % steps, (i + 1) * steps + k) for i in range(21) for k in range(steps)]
    parts.append(mesh("soil", soil, quads, plain("#2e2219", 0.95, specular=0.1), smooth=False))
    leaves = {"agave": agave, "snake": snake_plant, "echeveria": echeveria}[plant](rnd)
    for leaf in leaves:
        leaf.location.z += 104 * MM
    holder = group(parts + leaves)
    holder.scale = (size,) * 3
    return holder


def leaf(length, width, rise, curl, turn, material, thick=0.22, belly=0.45, twist=0.0, base=0.5, out=0.0):
    """A blade that starts at the angle `rise` above the ground and bends by `curl`."""
    n, m = 26, 10
    verts, faces, along = [], [], []
    x, z = out, 0.0
    for i in range(n + 1):
        t = i / n
        angle = radians(rise + curl * t)
        if i:
            x += length / n * cos(angle)
            z += length / n * sin(angle)
        shape = base + (1 - base) * sin(min(1, t / belly) * pi / 2) if t < belly else cos((t - belly) / (1 - belly) * pi / 2) ** 0.85
        w = width / 2 * max(shape, 0.015)
        tw = radians(twist * t)
        for k in range(m):
            s = 2 * pi * k / m
            across, up = w * cos(s), w * thick * sin(s) + w * 0.32 * cos(s) ** 2
            across, up = across * cos(tw) - up * sin(tw), across * sin(tw) + up * cos(tw)
            verts.append((x - up * sin(angle), across, z + up * cos(angle)))
            along.append(t)
    for i in range(n):
        for k in range(m):
            q = (k + 1) % m
            faces.append((i * m + k, i * m + q, (i + 1) * m + q, (i + 1) * m + k))
    faces.append(tuple(range(n * m, (n + 1) * m)))
    obj = mesh("leaf", verts, faces, material)
    attribute = obj.data.attributes.new("along", "FLOAT", "POINT")
    attribute.data.foreach_set("value", along)
    return move(obj, rz=turn)


def agave(rnd):
    green = ramp_along("along", [(0, "#b9c98f"), (0.25, "#6f9a5c"), (0.8, "#4c8052"), (0.97, "#8a6a4a")])
    out = []
    for i in range(26):
        f = i / 25
        out.append(leaf(62 + 34 * sin(pi * (0.25 + 0.6 * f)), 26 - 9 * f, 22 + 58 * f + rnd.uniform(-4, 4), 14 - 6 * f + rnd.uniform(-6, 6), i * 137.5 + rnd.uniform(-7, 7), green, out=7 - 5 * f))
    return out


def echeveria(rnd):
    tone = ramp_along("along", [(0, "#dfe6cf"), (0.5, "#9db79a"), (0.85, "#8fa88f"), (1, "#c98a86")])
    return [leaf(62 - 44 * i / 33, 34 - 17 * i / 33, 8 + 68 * i / 33, 30, i * 137.5 + rnd.uniform(-3, 3), tone, thick=0.3, belly=0.68, base=0.35, out=1) for i in range(34)]


def snake_plant(rnd):
    green = ramp_along("along", [(0, "#3f5a3a"), (0.5, "#54744a"), (1, "#90a765")])
    return [leaf(110 + rnd.uniform(-30, 55), 22, 80 + rnd.uniform(-8, 4), rnd.uniform(-8, 10), i * 137.5, green, thick=0.12, belly=0.5, twist=rnd.uniform(-50, 50), out=4 + 2.4 * i) for i in range(10)]


def dusk_lamp(shade="cream", base="graphite", watts=26.0, layer=1.8):
    foot = [(0, 0), (50, 0), (52, 2), (52, 12)] + [(52 - 22 * (1 - cos(t / 12 * pi / 2)) * 1.0 - 4 * t / 12, 12 + 58 * t / 12) for t in range(1, 13)] + [(24, 82), (0, 82)]
    parts = [lathe("base", foot, filament(base, layer), 160)]
    h = 185
    radii = profile([(0, 74), (0.25, 92), (0.5, 93), (0.78, 72), (1, 42)], 150)
    rings = [(r, 66 + h * i / 150) for i, r in enumerate(radii)]

    def pleat(r, z, a, i):
        t = i / 150
        wave = abs(sin(18 * (a + 0.0 * t)))
        return r * (0.94 + 0.075 * wave**0.8)

    parts.append(lathe("shade", rings, glowing(shade, layer), 720, pleat, close=(False, False)))
    bulb = lathe("bulb", [(0.01, 0)] + [(21 * sin(pi * t / 24), 21 - 21 * cos(pi * t / 24)) for t in range(1, 24)] + [(0.01, 42)], plain("#ffd9a0", emit=watts / 3), 48)
    parts.append(move(bulb, z=112))
    light = bpy.data.lights.new("glow", "POINT")
    light.energy, light.color, light.shadow_soft_size = watts, (1.0, 0.7, 0.4), 0.2
    lamp = bpy.data.objects.new("glow", light)
    bpy.context.collection.objects.link(lamp)
    parts.append(move(lamp, z=142))
    return group(parts)


def lamp_cable(points):
    return tube("cable", points, 2.4, plain("#2b2a29", 0.85, specular=0.15))


def gear_outline(teeth, r, depth):
    out = []
    for k in range(teeth):
        for part, rr in ((-0.27, r - depth), (-0.14, r), (0.14, r), (0.27, r - depth)):
            a = 2 * pi * (k + part) / teeth
            if rr == r and part > 0:
                a0 = 2 * pi * (k - part) / teeth
                out += [(r * cos(a0 + (a - a0) * q / 4), r * sin(a0 + (a - a0) * q / 4)) for q in range(1, 4)]
            out.append((rr * cos(a), rr * sin(a)))
        a, b = 2 * pi * (k + 0.27) / teeth, 2 * pi * (k + 0.73) / teeth
        out += [((r - depth) * cos(a + (b - a) * q / 4), (r - depth) * sin(a + (b - a) * q / 4)) for q in range(1, 4)]
    return out


def gear_coaster(colour, teeth=20, r=50, layer=1.5):
    material = filament(colour, layer)
    outline = gear_outline(teeth, r, 6.5)
    holes = [circle(5.2, 24 * cos(a), 24 * sin(a), 48) for a in (2 * pi * k / 6 for k in range(6))]
    floor = plate("floor", [outline, *holes, circle(6, steps=48)], 4.4, material, 0.4)
    rim = plate("rim", [outline, circle(r - 12.5, steps=160)], 7.0, material, 0.5)
    hub = plate("hub", [circle(12, steps=96), circle(6, steps=48)], 5.6, material, 0.4)
    return group([floor, rim, hub])


def cup():
    clay = plain("#f4f0e8", 0.25, coat=0.5)
    wall = [(0, 2), (22, 2), (24, 0), (27, 1), (33, 14), (36, 30), (37, 56), (36, 57.5), (34.6, 56), (33, 30), (30, 14), (24, 6), (0, 5)]
    body = lathe("cup", wall, clay, 120, close=(False, False))
    sub = body.modifiers.new("s", "SUBSURF")
    sub.levels = sub.render_levels = 2
    coffee = lathe("coffee", [(0.01, 44), (34, 44)], plain("#2a160b", 0.08), 96, close=(False, False))
    handle = tube("handle", [(34, 0, 47), (44, 0, 49), (58, 0, 42), (57, 0, 24), (44, 0, 17), (33, 0, 18)], 4.2, clay)
    return group([body, coffee, handle])


def cable_hook(colour, layer=1.2, width=18):
    """Screwed flat to the wall (y = 0), opening upwards."""
    material = filament(colour, layer)
    path = rounded([(0, 58), (0, 0), (30, 0), (30, 26)], [15, 14.9], 16)
    arm = move(plate("arm", [stroke(path, 6.4)], width, material, 0.7), x=0, y=0, z=0)
    screw = lathe("screw", [(0.01, 0), (4.6, 0), (4.6, 0.8), (3.4, 1.9), (0.01, 2.2)], plain("#c9c7c2", 0.3, metallic=1.0), 40)
    move(screw, x=3.1, y=46, z=width / 2, ry=90)
    return group([arm, screw])


def phone_stand(colour, layer=1.7, width=74):
    material = filament(colour, layer)
    d, n = Vector((-0.40, 0.917)), Vector((0.917, 0.40))
    low = Vector((30, 9))
    seat, tip, top = low + n * 21, low + n * 21 + d * 15, low + d * 112
    path = rounded([tuple(tip), tuple(seat), tuple(low), tuple(top), (-66, 3.6), (66, 3.6)], [7, 4, 9, 13], 14)
    return plate("stand", [stroke(path, 7.2)], width, material, 0.8), low, d, n


def phone():
    def slab(w, h, r):
        pts = []
        for cx, cy, a0 in ((w / 2 - r, h / 2 - r, 0), (-w / 2 + r, h / 2 - r, 90), (-w / 2 + r, -h / 2 + r, 180), (w / 2 - r, -h / 2 + r, 270)):
            pts += [(cx + r * cos(radians(a0 + 9 * k)), cy + r * sin(radians(a0 + 9 * k))) for k in range(11)]
        return pts

    body = plate("phone", [slab(73, 150, 11)], 8, plain("#1b1c1f", 0.35, metallic=0.6), 1.4)
    n = Nodes("screen")
    coords, sep, ramp = n.add("ShaderNodeTexCoord"), n.add("ShaderNodeSeparateXYZ"), n.add("ShaderNodeValToRGB")
    n.link(coords.outputs["Generated"], sep.inputs[0])
    n.link(n.math("ADD", n.math("MULTIPLY", sep.outputs[1], 0.8), n.math("MULTIPLY", sep.outputs[0], 0.2)), ramp.inputs[0])
    for element, colour in zip(ramp.color_ramp.elements, ("#c46a45", "#25404d")):
        element.color = rgb(colour)
    ramp.color_ramp.elements.new(0.45).color = rgb("#d8a77b")
    shader = n.add("ShaderNodeBsdfPrincipled")
    shader.inputs["Base Color"].default_value = (0.01, 0.01, 0.01, 1)
    shader.inputs["Roughness"].default_value = 0.12
    shader.inputs["Emission Strength"].default_value = 0.75
    n.link(ramp.outputs[0], shader.inputs["Emission Color"])
    n.link(shader.outputs[0], n.out.inputs[0])
    screen = move(plate("screen", [slab(68, 145, 9)], 0.6, n.material, 0.1), z=7.7)
    words = []
    for text, size, y in (("10:24", 19, 38), ("Friday 4 December", 5.2, 30)):
        curve = bpy.data.curves.new("text", "FONT")
        curve.body, curve.size, curve.align_x = text, size * MM, "CENTER"
        curve.materials.append(plain("#ffffff", emit=1.0))
        obj = bpy.data.objects.new("text", curve)
        bpy.context.collection.objects.link(obj)
        words.append(move(obj, y=y, z=8.45))
    return group([body, screen, *words])


def hexagon(r, x=0, y=0):
    return [(x + r * cos(pi / 3 * k + pi / 6), y + r * sin(pi / 3 * k + pi / 6)) for k in range(6)]


def desk_tidy(colour, layer=1.8):
    material = filament(colour, layer)
    r, wall = 26.0, 3.0
    step = (r - wall / 2 / cos(pi / 6)) * math.sqrt(3)
    cells = [((0, 0), 96), ((1, 0), 70), ((-1, 0), 112), ((0.5, 1), 112), ((-0.5, 1), 128), ((0.5, -1), 46), ((-0.5, -1), 62)]
    parts, places = [], []
    for (u, v), height in cells:
        x, y = u * step, v * step * math.sqrt(3) / 2
        parts.append(plate("cell", [hexagon(r, x, y), hexagon(r - wall, x, y)], height, material, 0.5))
        parts.append(plate("floor", [hexagon(r - 1, x, y)], 3, material, 0.3))
        places.append((x, y, height))
    return group(parts), places


def pencil(colour, length, x, y, tilt, turn, r=3.7):
    wood, lead = plain("#d9b07a", 0.6), plain("#2a2a2c", 0.5)
    body = lathe("pencil", [(r, 0), (r, length)], plain(colour, 0.35, coat=0.3), 6, close=(True, True))
    body.data.set_sharp_from_angle(angle=radians(20))
    cone = move(lathe("cone", [(r * 0.98, 0), (1.2, 15)], wood, 32, close=(False, True)), z=length)
    tip = move(lathe("tip", [(1.2, 0), (0.2, 4)], lead, 24, close=(False, True)), z=length + 15)
    return group([body, cone, tip], x=x, y=y, z=4, rx=tilt * cos(radians(turn)), ry=tilt * sin(radians(turn)))


def arch_bookend(colours, layer=2.2, scale=1.0):
    """A quarter of a rainbow: three bands, each a little less deep, flat side at x = 0."""
    parts = []
    for (inner, outer, depth), colour in zip(((88, 122, 96), (54, 86.5, 84), (20, 52.5, 72)), colours):
        arc = lambda r, a, b: [(r * cos(radians(a + (b - a) * k / 40)), r * sin(radians(a + (b - a) * k / 40))) for k in range(41)]  # noqa: E731
        band = plate("band", [arc(outer, 0, 90) + arc(inner, 90, 0)], depth, filament(colour, layer), 1.2)
        parts.append(move(band, y=depth / 2, rx=90))
    return group(parts)


def book(width, depth, height, colour, label=None):
    cover = plain(colour, 0.62)
    parts = [box("spine", width, 2.2, height, cover, 1.0)]
    parts[0].location.y = -depth / 2 * MM
    for side in (-1, 1):
        board = box("board", 2.4, depth, height, cover, 0.7)
        board.location.x = side * (width / 2 - 1.2) * MM
        parts.append(board)
    pages = box("pages", width - 5, depth - 5, height - 7, plain("#efe7d6", 0.9), 0)
    parts.append(move(pages, y=-1.5, z=3.5))
    if label:
        for z, h in ((height * 0.72, 13), (height * 0.16, 2.2), (height * 0.20, 1.2)):
            strip = box("label", width * (0.62 if h > 5 else 0.8), 0.5, h, plain(label, 0.55), 0)
            parts.append(move(strip, y=-depth / 2 - 1.2, z=z))
    return group(parts)


# ── Studio ────────────────────────────────────────────────────────────────


def backdrop(colour="#e9e0d2", wall=420):
    bend, far, wide = 260, wall, 3000
    line = [(-2600, 0), (far - bend, 0)] + [(far - bend + bend * sin(radians(a)), bend - bend * cos(radians(a))) for a in range(5, 91, 5)] + [(far, 2600)]
    verts = [(x, y, z) for y, z in line for x in (-wide, wide)]
    faces = [(2 * i, 2 * i + 1, 2 * i + 3, 2 * i + 2) for i in range(len(line) - 1)]
    mesh("backdrop", verts, faces, plain(colour, 0.9, specular=0.12))


def area(name, at, target, size, power, colour=(1, 1, 1)):
    light = bpy.data.lights.new(name, "AREA")
    light.shape, light.size, light.size_y, light.energy, light.color = "RECTANGLE", size[0] * MM, size[1] * MM, power, colour
    obj = bpy.data.objects.new(name, light)
    bpy.context.collection.objects.link(obj)
    obj.location = Vector(at) * MM
    obj.rotation_euler = (Vector(target) * MM - obj.location).to_track_quat("-Z", "Y").to_euler()


def daylight(level=1.0, sky=0.26):
    area("window", (-620, -260, 620), (0, 0, 60), (300, 360), 190 * level, (1.0, 0.965, 0.91))
    area("fill", (700, -500, 350), (0, 0, 80), (700, 700), 6 * level, (0.86, 0.92, 1.0))
    area("rim", (260, 380, 520), (0, 0, 100), (300, 200), 14 * level, (1, 0.98, 0.95))
    world = bpy.data.worlds.new("sky")
    bpy.context.scene.world = world
    world.use_nodes = True
    world.node_tree.nodes["Background"].inputs[0].default_value = (0.93, 0.96, 1.0, 1)
    world.node_tree.nodes["Background"].inputs[1].default_value = sky * level


def camera(at, target, lens=70, blur=None):
    data = bpy.data.cameras.new("camera")
    data.lens, data.sensor_width = lens, 36
    obj = bpy.data.objects.new("camera", data)
    bpy.context.collection.objects.link(obj)
    obj.location = Vector(at) * MM
    obj.rotation_euler = (Vector(target) * MM - obj.location).to_track_quat("-Z", "Y").to_euler()
    bpy.context.scene.camera = obj
    if blur:
        data.dof.use_dof, data.dof.aperture_fstop = True, blur
        data.dof.focus_distance = (Vector(target) - Vector(at)).length * MM


# ── Pictures ──────────────────────────────────────────────────────────────


def shot_ripple_vase():
    backdrop()
    daylight()
    ripple_vase("terracotta")
    camera((0, -880, 330), (0, 0, 112), 106)


def shot_ripple_vase_2():
    backdrop()
    daylight()
    move(ripple_vase("chalk", 230), x=55, y=60)
    move(ripple_vase("moss", 150, layer=1.7), x=-82, y=-35)
    camera((0, -900, 340), (-4, 0, 112), 100)


def shot_facet_planter():
    backdrop()
    daylight()
    move(facet_planter("pine"), rz=12)
    camera((0, -860, 420), (0, 0, 98), 128)


def shot_facet_planter_2():
    backdrop()
    daylight()
    move(facet_planter("sand", 0.86, "snake", 8), x=62, y=30, rz=30)
    move(facet_planter("blush", 0.66, "echeveria", 5), x=-72, y=-30, rz=4)
    camera((0, -900, 420), (2, 0, 106), 112)


def shot_dusk_lamp():
    backdrop()
    daylight(0.8)
    dusk_lamp(watts=17)
    lamp_cable([(40, 30, 6), (62, 44, 3), (110, 60, 2.4), (170, 40, 2.4), (240, 70, 2.4), (340, 60, 2.4)])
    camera((0, -900, 300), (0, 0, 124), 100)


def shot_dusk_lamp_2():
    backdrop("#b9ada0")
    daylight(0.09)
    dusk_lamp(watts=21)
    lamp_cable([(40, 30, 6), (62, 44, 3), (110, 60, 2.4), (170, 40, 2.4), (240, 70, 2.4), (340, 60, 2.4)])
    camera((0, -900, 300), (0, 0, 124), 100)


def shot_gear_coasters():
    backdrop()
    daylight()
    move(gear_coaster("mustard"), x=-40, y=-34, rz=4)
    move(gear_coaster("sky"), x=57, y=-24, rz=3)
    move(gear_coaster("graphite"), x=4, y=54, rz=10)
    move(cup(), x=4, y=54, z=5.6, rz=-20)
    camera((0, -640, 470), (8, 4, 22), 124)


def shot_cable_hook():
    backdrop(wall=0)
    daylight()
    wire = plain("#26282c", 0.65, specular=0.25)
    for x in (-52, 0, 52):
        move(cable_hook("brick"), x=x + 9, z=300, y=-3.2, rx=90, rz=-90)
    # one cable in loops hangs from the middle hook; another runs along all three
    for k, (drop, out, lean) in enumerate(((92, -12, -4), (100, -17, 3), (86, -22, 7), (96, -26, -2))):
        width = 25 + 4 * k
        loop = [(cos(a) * width * (0.55 + 0.45 * max(0, -sin(a))) + lean * max(0, -sin(a)), out, 308 + 2.2 * k - drop / 2 + sin(a) * drop / 2) for a in (2 * pi * q / 28 for q in range(28))]
        tube("loop", loop, 2.5, wire, cyclic=True)
    white = plain("#efe9dc", 0.55)
    run = [(-220, -14, 322), (-150, -14, 296), (-95, -15, 300), (-52, -16, 307.5), (-26, -16, 296), (0, -16, 310), (26, -16, 296), (52, -16, 307.5), (96, -15, 298), (150, -14, 262), (200, -13, 215), (250, -12, 150)]
    tube("run", run, 2.4, white)
    camera((-190, -520, 400), (-4, -10, 296), 104)


def shot_phone_stand():
    backdrop()
    daylight()
    stand, low, d, n = phone_stand("sky")
    w = 74
    parts = [move(stand, x=w / 2, rx=90, rz=-90)]
    holder = group(parts)
    handset = phone()
    centre = low + n * (3.6 + 0.2) + d * (75 + 3.8) + n * 0
    # profile x is towards the viewer after the stand is turned
    move(handset, x=0, y=-centre.x, z=centre.y, rx=90 - math.degrees(math.atan2(0.40, 0.917)))
    group([holder, handset], rz=32)
    camera((0, -860, 330), (6, 0, 84), 128)


def shot_honeycomb_tidy():
    backdrop()
    daylight()
    tidy, places = desk_tidy("mustard")
    things = [
        pencil("#2f5d50", 168, places[4][0] - 6, places[4][1] + 2, 5, 120),
        pencil("#b9583a", 152, places[4][0] + 7, places[4][1] - 3, 6, -60),
        pencil("#22242a", 160, places[3][0] + 3, places[3][1] + 4, 6, 70),
        pencil("#e7dfcf", 140, places[2][0] - 2, places[2][1], 6, -100),
        pencil("#4d5a66", 130, places[0][0] + 4, places[0][1] + 3, 7, 40),
    ]
    ruler = box("ruler", 26, 2.2, 178, plain("#c8a877", 0.55), 0.5)
    things.append(move(ruler, x=places[3][0] - 4, y=places[3][1] - 5, z=4, ry=5, rz=20))
    rnd = random.Random(4)
    for _ in range(26):
        a, rr = rnd.uniform(0, 2 * pi), rnd.uniform(0, 15)
        ball = lathe("pin", [(0.01, -4)] + [(4 * sin(pi * t / 10), -4 * cos(pi * t / 10)) for t in range(1, 10)] + [(0.01, 4)], plain(rnd.choice(["#b9583a", "#e4dfd3", "#2f5d50"]), 0.25, coat=0.4), 20)
        things.append(move(ball, x=places[5][0] + rr * cos(a), y=places[5][1] + rr * sin(a), z=30 + rnd.uniform(-3, 6)))
    group([tidy, *things], rz=-18)
    camera((0, -860, 480), (0, 0, 84), 112)


def books(x, rows):
    for width, depth, height, colour, label in rows:
        move(book(width, depth, height, colour, label), x=x + width / 2, y=-6 + 0)
        x += width + 0.8
    return x


def shot_arch_bookends():
    backdrop()
    daylight()
    colours = ("terracotta", "blush", "cream")
    rows = [(30, 128, 176, "#33505b", "#e2d6bd"), (20, 120, 158, "#d8c9a8", "#7a4b36"), (26, 126, 186, "#7d8a6a", "#efe6d2"), (16, 118, 150, "#a8452f", "#efe6d2"), (24, 124, 168, "#ece5d8", "#33505b")]
    total = sum(r[0] + 0.8 for r in rows)
    end = books(-total / 2, rows)
    move(arch_bookend(colours), x=end + 1, y=-14)
    left = arch_bookend(colours)
    move(left, x=-total / 2 - 1, y=-14, rz=180)
    camera((150, -980, 330), (4, 0, 84), 88)


def shot_hero():
    backdrop()
    daylight()
    move(ripple_vase("terracotta"), x=-150, y=70)
    move(facet_planter("pine", 0.92), x=32, y=10, rz=12)
    move(dusk_lamp(watts=14), x=215, y=120)
    lamp_cable([(255, 150, 6), (290, 160, 3), (360, 170, 2.4), (440, 150, 2.4), (560, 190, 2.4), (760, 160, 2.4)])
    move(gear_coaster("mustard"), x=-40, y=-120, rz=4)
    move(gear_coaster("sky"), x=-141, y=-112, rz=5)
    move(cup(), x=-141, y=-112, z=5.6, rz=200)
    camera((0, -1250, 380), (40, 0, 112), 66)


def render(name, width, height, samples, out):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    globals()["shot_" + name.replace("-", "_")]()
    scene.render.engine = "CYCLES"
    scene.cycles.device = "CPU"
    scene.cycles.samples = samples
    scene.cycles.use_adaptive_sampling = True
    scene.cycles.adaptive_threshold = 0.02
    scene.cycles.max_bounces, scene.cycles.transmission_bounces = 6, 6
    scene.cycles.caustics_reflective = scene.cycles.caustics_refractive = False
    scene.cycles.use_denoising, scene.cycles.denoiser = True, "OPENIMAGEDENOISE"
    scene.render.resolution_x, scene.render.resolution_y = width, height
    scene.view_settings.view_transform = "Filmic"
    scene.view_settings.look = "Medium High Contrast"
    scene.view_settings.exposure = 0.9
    scene.render.image_settings.file_format = "PNG"
    scene.render.filepath = f"{out}/{name}.png"
    bpy.ops.render.render(write_still=True)


if __name__ == "__main__":
    args = sys.argv[1:]
    name, width, height, samples, out = args[0], int(args[1]), int(args[2]), int(args[3]), args[4]
    render(name, width, height, samples, out)
