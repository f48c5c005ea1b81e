"""The currencies we sell in: minor digits, the smallest charge and the smallest step.

Facts from Stripe's currency page: 15 currencies have no minor unit, the dinars and
the rial have three digits of which the last must be 0, ISK and UGX are whole units.
"""

ZERO_DIGITS = frozenset(
    "BIF CLP DJF GNF ISK JPY KMF KRW MGA PYG RWF UGX VND VUV XAF XOF XPF".split()
)
THREE_DIGITS = frozenset("BHD JOD KWD OMR TND".split())
TWO_DIGITS = frozenset(
    "AED ARS AUD BRL CAD CHF COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR KES MAD MXN MYR NGN"
    " NOK NZD PEN PHP PKR PLN RON RSD RUB SAR SEK SGD THB TRY TWD UAH USD UYU ZAR".split()
)
CURRENCIES = tuple(sorted(ZERO_DIGITS | THREE_DIGITS | TWO_DIGITS))

# Smallest charge in minor units; where Stripe states none, one step.
MINIMUM = {
    "AED": 200, "ARS": 50, "AUD": 50, "BRL": 50, "CAD": 50, "CHF": 50, "COP": 50, "CZK": 1500,
    "DKK": 250, "EUR": 50, "GBP": 30, "HKD": 400, "HUF": 17500, "IDR": 50, "ILS": 50, "INR": 50,
    "JPY": 50, "KRW": 50, "MXN": 1000, "MYR": 200, "NOK": 300, "NZD": 50, "PHP": 50, "PLN": 200,
    "RON": 200, "RUB": 50, "SEK": 300, "SGD": 50, "THB": 1000, "USD": 50, "ZAR": 50,
}  # fmt: skip
MAXIMUM = 99_999_999


def digits(currency: str) -> int:
    """Give back how many digits the minor unit has: 2 for EUR, 0 for JPY, 3 for KWD."""
    if currency in ZERO_DIGITS:
        return 0
    return 3 if currency in THREE_DIGITS else 2


def step(currency: str) -> int:
    """Give back the smallest step of an amount that can be charged, in minor units."""
    return 10 if currency in THREE_DIGITS else 1


def minimum(currency: str) -> int:
    """Give back the smallest amount that can be charged, in minor units."""
    return MINIMUM.get(currency, step(currency))
