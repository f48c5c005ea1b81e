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
# Stripe's words of v2 (status_details) and, with a point, of v1 (disabled_reason).
STOPPED = (
    ("past_due", "It needs more about your business."),
    ("fraud", "It takes the account to be fraudulent. Its support can say more."),
    ("terms_of_service", "The account goes against its terms. Its support can say more."),
    ("incomplete_verification", "It could not find out who stands behind the business."),
    ("listed", "A name on the account stands on a list of people it may not serve."),
    ("rejected", "It has turned the account down. Its support can say more."),
    ("unsupported_business", "It does not serve this kind of business."),
    ("unsupported_country", "It does not serve businesses in this country."),
    ("unsupported_entity_type", "It does not serve this kind of company."),
    ("paused", "The operator of this server has paused the account."),
    ("pending_verification", "It is looking at what you sent."),
    ("determining_status", "It is deciding about the account."),
    ("under_review", "It is looking at the account."),
)
UNSAID = "It names no reason here; its own pages do."


def in_words(descriptions: list[str]) -> list[str]:
    """Turn Stripe's names of requirements into sentences, each once, in their order."""
    return list(dict.fromkeys(_in_words(name) for name in descriptions))


def why_stopped(reason: str | None) -> str:
    """Turn Stripe's word for why an account may not be charged on into a sentence."""
    return next((say for part, say in STOPPED if part in (reason or "")), UNSAID)


def _in_words(name: str) -> str:
    return next((say for part, say in SAID if part in name), OTHER)
