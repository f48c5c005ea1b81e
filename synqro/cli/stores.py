"""`synqro store create`, `synqro key create`, `synqro stripe connect`."""

from argparse import Namespace
from typing import Any
from zoneinfo import available_timezones

from babel.core import get_global
from email_validator import EmailNotValidError, validate_email

from synqro import payments, stores
from synqro.cli.answers import migrated, offer_json, say
from synqro.cli.parser import Commands
from synqro.core.errors import Invalid, field_error
from synqro.core.wiring import settings
from synqro.stores import Person, Place, WrongPassword

LONGEST_PASSWORD = 256
# Currencies whose first two letters name no country.
COUNTRIES = {"EUR": "IE", "XAF": "CM", "XOF": "SN", "XPF": "PF"}


def add(commands: Commands) -> None:
    made = commands.add("store create", create_store, "open a store and its test twin")
    made.add_argument("--name", required=True, help="of the store")
    made.add_argument("--email", required=True, help="its owner signs in with")
    made.add_argument("--password", required=True)
    made.add_argument(
        "--currency", default="GBP", type=str.upper, help="ISO 4217, GBP if not given"
    )
    made.add_argument(
        "--country", type=str.upper, help="ISO 3166-1, from the currency if not given"
    )
    made.add_argument("--timezone", help="like Europe/London, else the country’s")
    offer_json(made)
    key = commands.add("key create", create_key, "make a secret key for /v1, shown once")
    key.add_argument("--store", required=True, metavar="st_…")
    key.add_argument("--scopes", required=True, help="like listings:read,orders:read, or all")
    key.add_argument("--name", default="From the command line", help="what it is for")
    offer_json(key)
    connect = commands.add("stripe connect", connect_stripe, "connect an account that exists")
    connect.add_argument("--store", required=True, metavar="st_…")
    connect.add_argument("--account", required=True, metavar="acct_…")
    offer_json(connect)


def create_store(given: Namespace) -> None:
    with migrated():
        place = _place(given)
        name = _name(given.name)
        opened = stores.open_store(
            _owner(given, name), name=name, place=place, demo=settings().demo
        )
        say(
            given,
            store_id=opened.store.id,
            publishable_key=opened.store.publishable_key,
            secret_key=opened.secret_key,
            test_store_id=opened.twin.id,
            test_publishable_key=opened.twin.publishable_key,
            test_secret_key=opened.test_secret_key,
        )


def create_key(given: Namespace) -> None:
    asked = stores.ALL_SCOPES if given.scopes.strip() == "all" else given.scopes
    scopes = [scope.strip() for scope in asked.split(",")]
    with migrated():
        try:
            row, key = stores.create_key(given.store, name=given.name, scopes=scopes)
        except Invalid as refused:
            raise _as_options(refused) from refused
        say(given, id=row.id, key=key)


def connect_stripe(given: Namespace) -> None:
    if not given.account.startswith("acct_"):
        raise field_error("--account", "invalid_account", "An account begins with acct_.")
    with migrated():
        account = payments.connect_by_operator(stores.by_id(given.store), given.account)
        say(given, store_id=account.store_id, account=account.account_id, ready=account.ready)


def _as_options(refused: Invalid) -> Invalid:
    """Name wrong fields as they are called on the command line."""
    fields: Any = refused.facts["fields"]
    named = [{**field, "field": f"--{field['field']}"} for field in fields]
    return Invalid(str(refused), fields=named)


def _owner(given: Namespace, store_name: str) -> Person:
    email = _email(given.email)
    if not 0 < len(given.password) <= LONGEST_PASSWORD:
        say_so = f"Give one of up to {LONGEST_PASSWORD} characters."
        raise field_error("--password", "invalid_password", say_so)
    if not stores.by_email(email):
        typed = given.password
        return stores.add_person(name=store_name, email=email, password=typed, vouched=True)
    try:
        return stores.authenticate(email, given.password)
    except WrongPassword as error:
        said = f"Someone already signs in with {email}, and this is not their password."
        raise field_error("--email", "email_taken", said) from error


def _email(text: str) -> str:
    try:
        return validate_email(text, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise field_error("--email", "invalid_email", str(error)) from error


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not 0 < len(name) <= 80:
        raise field_error("--name", "invalid_name", "Give a name of up to 80 characters.")
    return name


def _place(given: Namespace) -> Place:
    country = given.country or COUNTRIES.get(given.currency, given.currency[:2])
    zones = {k: v for k, v in get_global("territory_zones").items() if k not in ("ZZ", "001")}
    if given.country and country not in zones:
        raise field_error("--country", "invalid_country", "Give a country like GB (ISO 3166-1).")
    here = zones.get(country, [])
    zone = given.timezone or (here[0] if len(here) == 1 else "UTC")
    if zone not in available_timezones():
        say_so = "Give a time zone like Europe/London (IANA)."
        raise field_error("--timezone", "invalid_timezone", say_so)
    return Place(given.currency, country, zone)
