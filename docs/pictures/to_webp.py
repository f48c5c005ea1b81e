"""Lifts the light a little, adds a breath of grain against banding, writes the WebP files: python to_webp.py RENDERS OUT"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image

LIMIT = 118_000


def grade(image, lift):
    x = np.asarray(image, dtype=float) / 255
    x = (x + lift * x * x * (1 - x)) * (1.0, 0.992, 0.98)
    x += np.random.default_rng(1).normal(0, 1.1 / 255, x.shape)
    return Image.fromarray((x.clip(0, 1) * 255 + 0.5).astype("uint8"))


def save(image, path):
    for quality in range(92, 50, -2):
        image.save(path, quality=quality, method=6)
        if path.stat().st_size < LIMIT:
            break
    print(path.name, quality, path.stat().st_size)


source, out = Path(sys.argv[1]), Path(sys.argv[2])
for png in sorted(source.glob("*.png")):
    picture = Image.open(png).convert("RGB")
    picture = grade(picture, 0.2 if png.stem == "dusk-lamp-2" else 0.8)  # that one is meant to be dark
    save(picture, out / f"{png.stem}.webp")
    if png.stem == "hero":
        save(picture.resize((800, 800 * picture.height // picture.width), Image.LANCZOS), out / "hero-800.webp")
