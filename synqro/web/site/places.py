"""Where a shop trades: the choices of the sign-up form, and a first guess from the browser."""

from functools import cache
from zoneinfo import available_timezones

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.numbers import get_currency_name, get_territory_currencies
from werkzeug.datastructures import LanguageAccept

from synqro.core.currencies import CURRENCIES
from synqro.stores import Place
from synqro.web.fields import COUNTRIES

Choices = list[tuple[str, str]]
REGIONS = "Africa/ America/ Antarctica/ Asia/ Atlantic/ Australia/ Europe/ Indian/ Pacific/".split()
# Countries of many zones: where most of their people live.
BUSIEST = {
    "AR": "America/Argentina/Buenos_Aires", "AU": "Australia/Sydney", "BR": "America/Sao_Paulo",
    "CA": "America/Toronto", "CL": "America/Santiago", "CN": "Asia/Shanghai",
    "DE": "Europe/Berlin", "ES": "Europe/Madrid", "ID": "Asia/Jakarta", "KZ": "Asia/Almaty",
    "MX": "America/Mexico_City", "MY": "Asia/Kuala_Lumpur", "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon", "RU": "Europe/Moscow", "UA": "Europe/Kyiv", "US": "America/New_York",
}  # fmt: skip


def guess(languages: LanguageAccept) -> Place:
    """Give back a likely place for a browser that asks in these languages."""
    country = next(filter(None, map(_country, languages.values())), "GB")
    money = [code for code in get_territory_currencies(country) if code in CURRENCIES]
    return Place(money[0] if money else "EUR", country, zone_of(country), locale_of(country))


def locale_of(country: str) -> str:
    """Give back the locale in which a shop of this country writes money, in English."""
    try:
        return str(Locale.parse(f"en_{country}"))
    except (UnknownLocaleError, ValueError):
        return "en"


def zone_of(country: str) -> str:
    """Give back the time zone of a country, of several the busiest."""
    if country in BUSIEST:
        return BUSIEST[country]
    zones = get_global("zone_territories").items()
    return next((zone for zone, at in sorted(zones) if at == country and zone in ZONES), "UTC")


@cache
def currencies() -> Choices:
    named = [(code, f"{code}, {get_currency_name(code, locale='en')}") for code in CURRENCIES]
    return sorted(named)


@cache
def countries() -> Choices:
    names = Locale("en").territories
    return sorted(((code, names[code]) for code in COUNTRIES), key=lambda choice: choice[1])


@cache
def zones() -> Choices:
    return [(zone, zone.replace("_", " ")) for zone in sorted(ZONES)]


def _country(language: str) -> str | None:
    parts = language.replace("_", "-").split("-")
    if len(parts) == 1:
        parts = get_global("likely_subtags").get(parts[0].lower(), "").split("_")
    found = parts[-1].upper()
    return found if found in COUNTRIES else None


ZONES = {zone for zone in available_timezones() if zone.startswith(tuple(REGIONS))} | {"UTC"}
