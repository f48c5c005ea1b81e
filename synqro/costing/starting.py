"""Rates to begin with, so that nobody sets up an empty page. Pure.

Densities are those of the makers' data sheets: Prusament PLA 1.24, PETG 1.27, ASA 1.07, PC
blend 1.22 g/cm³; Ultimaker ABS 1.10 and TPU 95A 1.22, rounded to what most spools say;
Formlabs and Anycubic resins, cured, 1.1 to 1.2. Prices a kilogram are those of mid-2020s
shops in Europe. Speeds are those of a 0.4 mm nozzle at 0.2 mm layers, and of a resin
printer with a monochrome screen at 0.05 mm layers. All of it is to be changed.
"""

from collections.abc import Sequence

from synqro.core.currencies import MAXIMUM, digits, step
from synqro.costing.rates import (
    Automatic,
    Break,
    Machine,
    Material,
    Process,
    Rates,
    Rounding,
    Rush,
    Speed,
)

FDM, RESIN = Process.FDM, Process.RESIN
Facts = tuple[int, int, int, int]

# By what a name holds, the longest first: mg/cm³, cents a kilogram, mm³ and mm² an hour.
KNOWN: dict[Process, dict[str, Facts]] = {
    FDM: {
        "polycarbonate": (1200, 3500, 12_000, 35_000),
        "pla-cf": (1290, 3500, 14_000, 40_000),
        "petg-cf": (1300, 3800, 12_000, 35_000),
        "pctg": (1230, 2500, 13_000, 36_000),
        "pa12": (1010, 5000, 11_000, 32_000),
        "pa-cf": (1170, 6500, 11_000, 32_000),
        "nylon": (1140, 4000, 11_000, 32_000),
        "pet-g": (1270, 2200, 13_000, 36_000),
        "petg": (1270, 2200, 13_000, 36_000),
        "hips": (1040, 2200, 14_000, 38_000),
        "wood": (1200, 3000, 13_000, 38_000),
        "flex": (1210, 3200, 6_000, 20_000),
        "pla": (1240, 2000, 15_000, 40_000),
        "asa": (1070, 2800, 14_000, 38_000),
        "abs": (1040, 2000, 14_000, 38_000),
        "tpu": (1210, 3200, 6_000, 20_000),
        "tpe": (1150, 3500, 5_000, 18_000),
        "pvb": (1080, 3500, 13_000, 36_000),
        "pc": (1200, 3500, 12_000, 35_000),
        "pa6": (1140, 4500, 11_000, 32_000),
        "pa": (1140, 4000, 11_000, 32_000),
        "pp": (900, 4500, 9_000, 28_000),
    },
    RESIN: {
        "castable": (1120, 12_000, 9_000, 0),
        "standard": (1150, 3500, 12_000, 0),
        "flexible": (1150, 7000, 9_000, 0),
        "washable": (1150, 3800, 12_000, 0),
        "dental": (1150, 12_000, 9_000, 0),
        "tough": (1200, 5500, 10_000, 0),
        "clear": (1150, 4000, 10_000, 0),
        "abs-like": (1150, 4000, 11_000, 0),
    },
}
OTHERWISE = {FDM: KNOWN[FDM]["pla"], RESIN: KNOWN[RESIN]["standard"]}
USUAL = {FDM: ("PLA", "PETG", "ASA", "TPU"), RESIN: ("Standard resin", "Tough resin")}
WASTE = {FDM: 500, RESIN: 2000}

# What a euro is, about, in hundredths of a currency's unit; only for amounts to begin with.
EURO = {
    "AED": 430, "ARS": 150_000, "AUD": 178, "BHD": 44, "BIF": 345_000, "BRL": 630, "CAD": 162,
    "CHF": 94, "CLP": 110_000, "COP": 460_000, "CZK": 2_450, "DJF": 20_700, "DKK": 746,
    "EGP": 5_600, "EUR": 100, "GBP": 87, "GNF": 1_010_000, "HKD": 910, "HUF": 39_000,
    "IDR": 1_700_000, "ILS": 390, "INR": 10_200, "ISK": 14_400, "JOD": 83, "JPY": 17_500,
    "KES": 15_100, "KMF": 49_200, "KRW": 168_000, "KWD": 36, "MAD": 1_060, "MGA": 520_000,
    "MXN": 2_150, "MYR": 490, "NGN": 170_000, "NOK": 1_170, "NZD": 202, "OMR": 45, "PEN": 395,
    "PHP": 6_700, "PKR": 32_800, "PLN": 425, "PYG": 830_000, "RON": 508, "RSD": 11_700,
    "RUB": 9_300, "RWF": 168_000, "SAR": 438, "SEK": 1_100, "SGD": 151, "THB": 3_750, "TND": 340,
    "TRY": 4_900, "TWD": 3_650, "UAH": 4_900, "UGX": 410_000, "USD": 117, "UYU": 4_650,
    "VND": 3_060_000, "VUV": 14_200, "XAF": 65_600, "XOF": 65_600, "XPF": 11_900, "ZAR": 2_000,
}  # fmt: skip
LARGE = 2_000  # a currency whose unit is worth so little is rounded to whole ones


def starting(process: Process | None, currency: str, materials: Sequence[str] = ()) -> Rates:
    """Give back rates to begin with for a process, None: for both.

    `materials` are the names that the store offers. Each gets the facts of its kind, one that
    nobody knows those of PLA or of a standard resin; where none is of a process, its usual
    ones are named. A material that is known for the other process is left out.
    """
    processes = [process] if process else [FDM, RESIN]
    named = {one: _of(one, materials, process) or USUAL[one] for one in processes}
    return Rates(
        currency,
        tuple(_material(name, one, currency) for one in processes for name in named[one]),
        tuple(_machine(one, named[one], currency) for one in processes),
        labour_rate=amount(2500, currency),
        labour_seconds=600 if process is RESIN else 180,
        setup=amount(800, currency),
        packing=amount(200, currency),
        failure_bp=500,
        margin_bp=3500,
        breaks=(Break(10, 3000), Break(50, 2200)),
        rush=(Rush(3, 3000), Rush(7, 1500)),
        minimum=amount(1500, currency),
        rounding=Rounding.WHOLE if EURO.get(currency, 100) >= LARGE else Rounding.HALF,
    )


def proposed(currency: str) -> Automatic:
    """Give back rules for automatic quotes to begin with, switched off."""
    return Automatic(most=amount(10_000, currency), longest_mm=200, pieces=20)


def process_of(name: str) -> Process | None:
    """Say what prints a material of this name; None where nobody knows."""
    if "resin" in name.casefold() or "-like" in name.casefold():
        return RESIN
    return next((process for process in (FDM, RESIN) if _kind(name, process)), None)


def facts(name: str, process: Process) -> Facts:
    """Give back mg/cm³, cents a kilogram, mm³ and mm² an hour of a material by its name."""
    return _kind(name, process) or OTHERWISE[process]


def amount(cents: int, currency: str) -> int:
    """Give back about as much as so many euro cents, with two digits that are not 0."""
    unit, scale = step(currency), int(10 ** digits(currency))
    found = max(unit, cents * EURO.get(currency, 100) * scale // 10_000)
    if currency != "EUR":
        coarse = int(10 ** max(0, len(str(found)) - 2))
        found = (found + coarse // 2) // coarse * coarse
    return min(-(-found // unit) * unit, MAXIMUM // 1_000_000 * 1_000_000)


def _kind(name: str, process: Process) -> Facts | None:
    words = name.casefold().replace(" ", "-")
    found = sorted((key for key in KNOWN[process] if _stands(key, words)), key=len)
    return KNOWN[process][found[-1]] if found else None


def _stands(key: str, words: str) -> bool:
    """Say whether a kind stands in a name: a short one as a word of its own, PC but not PCTG."""
    return key in words if len(key) > 3 else key in words.replace("+", "-").split("-")


def _of(process: Process, names: Sequence[str], only: Process | None) -> tuple[str, ...]:
    fallback = only or FDM
    return tuple(name for name in names if (process_of(name) or fallback) is process)


def _material(name: str, process: Process, currency: str) -> Material:
    density, cents, _volume, _area = facts(name, process)
    return Material(name, density, amount(cents, currency), WASTE[process])


def _machine(process: Process, names: Sequence[str], currency: str) -> Machine:
    found = [(name, facts(name, process)) for name in names]
    speeds = tuple(Speed(name, volume, area) for name, (_d, _p, volume, area) in found)
    if process is RESIN:
        rate, room = amount(350, currency), (145, 80, 160)
        return Machine("resin", "Resin printer", process, rate, room, 0, 10_000, 600, speeds)
    rate, room = amount(250, currency), (250, 210, 220)
    return Machine("fdm", "FDM printer", process, rate, room, 1200, 2000, 360, speeds)
