"""Lifts the light a little and writes the WebP files: python to_webp.py RENDERS OUT"""

import sys
from pathlib import Path

from PIL import Image

LIMIT = 118_000


def grade(image, lift=0.8):
    def curve(gain):
        return [min(255, round(255 * gain * (x + lift * x * x * (1 - x)))) for x in (k / 255 for k in range(256))]

    return image.point(curve(1.0) + curve(0.997) + curve(0.985))


def save(image, path):
    for quality in range(86, 50, -3):
        image.save(path, quality=quality, method=6)
        if path.stat().st_size < LIMIT:
            break


source, out = Path(sys.argv[1]), Path(sys.argv[2])
for png in sorted(source.glob("*.png")):
    picture = Image.open(png).convert("RGB")
    if png.stem != "dusk-lamp-2":  # that one is meant to be dark
        picture = grade(picture)
    save(picture, out / f"{png.stem}.webp")
    if png.stem == "hero":
        save(picture.resize((800, 800 * picture.height // picture.width), Image.LANCZOS), out / "hero-800.webp")
