"""What the demo store sells. The pictures stand in static/demo."""

from typing import NamedTuple

from synqro.catalogue import Fields, VariantFields


class Good(NamedTuple):
    """A product's fields, and its pictures: file name beside what is to be seen."""

    fields: Fields
    pictures: dict[str, str]


def _each(option: str, rows: dict[str, tuple[int, int | None, str]]) -> list[VariantFields]:
    return [
        {"options": {option: value}, "price": price, "stock": stock, "sku": sku}
        for value, (price, stock, sku) in rows.items()
    ]


SIZES = {"15 cm": (2200, "15"), "23 cm": (2800, "23"), "30 cm": (4000, "30")}
STOCK = {"Terracotta": (9, 12, 5), "Chalk": (7, 10, 4), "Moss": (8, 6, 4), "Slate": (6, 4, 0)}
VASES: list[VariantFields] = [
    {
        "options": {"Colour": colour, "Size": size},
        "price": price,
        "stock": stock,
        "sku": f"VASE-{colour.upper()}-{number}",
    }
    for colour, row in STOCK.items()
    for stock, (size, (price, number)) in zip(row, SIZES.items(), strict=True)
]

GOODS = (
    Good(
        {
            "title": "Ripple vase",
            "description": "A vase of one continuous line, with ripples that turn as it rises."
            "\n\nWatertight for fresh flowers. Printed from PLA, the layers left visible.",
            "options": [
                {"name": "Colour", "values": list(STOCK)},
                {"name": "Size", "values": list(SIZES)},
            ],
            "variants": VASES,
            "cost": 600,
            "lead_time_days": 3,
            "max_quantity": 10,
            "tags": ["vases"],
        },
        {
            "ripple-vase": "A tall terracotta vase with ripples that twist from foot to rim.",
            "ripple-vase-2": "A small green and a tall chalk-white ripple vase side by side.",
        },
    ),
    Good(
        {
            "title": "Facet planter",
            "description": "A planter cut like a stone, with a hole and a hidden saucer below."
            "\n\nMade of PETG, which does not mind a wet winter on the sill.",
            "options": [{"name": "Size", "values": ["S, 9 cm", "M, 13 cm", "L, 18 cm"]}],
            "variants": _each(
                "Size",
                {
                    "S, 9 cm": (1600, 21, "PLANTER-S"),
                    "M, 13 cm": (2200, 12, "PLANTER-M"),
                    "L, 18 cm": (2900, 6, "PLANTER-L"),
                },
            ),
            "cost": 450,
            "lead_time_days": 2,
            "tags": ["planters"],
        },
        {
            "facet-planter": "A green faceted planter with a succulent in it.",
            "facet-planter-2": "A small pink and a larger sand-coloured facet planter, planted.",
        },
    ),
    Good(
        {
            "title": "Dusk lamp",
            "description": "A pleated shade on a black foot, for the end of the day."
            "\n\n25 cm tall, with two metres of cable, a switch and a warm white E14 LED.",
            "price": 4400,
            "stock": 2,
            "sku": "LAMP",
            "cost": 1400,
            "lead_time_days": 3,
            "max_quantity": 4,
            "tags": ["lamps"],
        },
        {
            "dusk-lamp": "A lit table lamp with a pleated cream shade on a round black foot.",
            "dusk-lamp-2": "The Dusk lamp glowing amber in a dark room.",
        },
    ),
    Good(
        {
            "title": "Gear coasters, set of 3",
            "description": "Three gears that mesh, in mustard, sky and black."
            "\n\n10 cm across, with cork below, so that nothing turns by itself.",
            "price": 1950,
            "stock": 18,
            "sku": "COASTERS",
            "cost": 550,
            "lead_time_days": 2,
            "tags": ["table"],
        },
        {"gear-coasters": "Three coasters shaped like gears, one below a cup of coffee."},
    ),
    Good(
        {
            "title": "Cable hooks, pack of 6",
            "description": "Hooks for cables, headphones and bags."
            "\n\nEach holds 4 kg. Screws and plugs are in the pack.",
            "price": 950,
            "stock": 60,
            "sku": "HOOKS-6",
            "cost": 200,
            "lead_time_days": 2,
            "tags": ["desk"],
        },
        {"cable-hook": "Three red hooks on a wall, a coiled black cable on the middle one."},
    ),
    Good(
        {
            "title": "Phone stand",
            "description": "One bent ribbon that holds a phone upright or on its side."
            "\n\nThe cable fits through the slot at the back.",
            "options": [{"name": "Colour", "values": ["Sky", "Terracotta", "Graphite"]}],
            "variants": _each(
                "Colour",
                {
                    "Sky": (1400, 14, "STAND-SKY"),
                    "Terracotta": (1400, 8, "STAND-TERRACOTTA"),
                    "Graphite": (1400, 22, "STAND-GRAPHITE"),
                },
            ),
            "cost": 350,
            "lead_time_days": 2,
            "tags": ["desk"],
        },
        {"phone-stand": "A blue phone stand of one bent ribbon, with a phone on it."},
    ),
    Good(
        {
            "title": "Honeycomb tidy",
            "description": "Seven cells for pens, pencils and what has no place yet."
            "\n\n13 cm tall. Printed for you once it is ordered.",
            "price": 2400,
            "stock": None,
            "sku": "TIDY",
            "cost": 700,
            "lead_time_days": 7,
            "tags": ["desk"],
        },
        {"honeycomb-tidy": "A mustard-yellow desk tidy of hexagonal cups with pencils in it."},
    ),
    Good(
        {
            "title": "Arch bookends, pair",
            "description": "Two quarter arches in three colours, 12 cm tall."
            "\n\nHeavy enough for art books: 600 g of sand in each, closed with felt.",
            "price": 3200,
            "stock": 5,
            "sku": "BOOKENDS",
            "cost": 900,
            "lead_time_days": 3,
            "max_quantity": 4,
            "tags": ["shelf"],
        },
        {"arch-bookends": "Two quarter arches holding five books upright between them."},
    ),
)
