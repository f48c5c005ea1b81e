"""What Stripe still asks a merchant for, in plain words."""

SAID = (
    ("terms_of_service", "Accept Stripe's terms of service"),
    ("tos_acceptance", "Accept Stripe's terms of service"),
    ("business_url", "The address of your website, or what you sell"),
    ("business_profile.url", "The address of your website, or what you sell"),
    ("product_description", "A few words about what you sell"),
    ("business_profile", "Details about your business"),
    ("defaults.profile", "Details about your business"),
    ("payout_methods", "A bank account for your payouts"),
    ("external_account", "A bank account for your payouts"),
    ("document", "A photo of an identity document"),
    ("verification", "A photo of an identity document"),
    ("id_number", "A tax or identity number"),
    ("date_of_birth", "A date of birth"),
    (".dob", "A date of birth"),
    ("address", "A postal address"),
    ("phone", "A phone number"),
    ("email", "An email address"),
    ("owners", "Who owns the business"),
    ("directors", "Who directs the business"),
    ("person", "Who stands behind the business"),
    ("individual", "Who you are"),
    ("identity", "Who you are"),
    ("statement_descriptor", "The name that customers see on their bank statement"),
)
OTHER = "Something else that Stripe's page will name"


def in_words(descriptions: list[str]) -> list[str]:
    """Turn Stripe's names of requirements into sentences, each once, in their order."""
    return list(dict.fromkeys(_in_words(name) for name in descriptions))


def _in_words(name: str) -> str:
    return next((say for part, say in SAID if part in name), OTHER)
