"""What an account looks like on the wire, in v1 and in v2, made from the same facts."""

from datetime import UTC, datetime

from synqro.sandbox.stripe.books import Json

# What a person has to hand in, as v1 names it and as v2 does; the last one when more is asked.
DOCUMENT = "individual.verification.document"
WANTED = {
    "business_profile.url": "defaults.profile.business_url",
    "external_account": "defaults.payout_methods",
    "tos_acceptance.date": "identity.attestations.terms_of_service.account.date",
    DOCUMENT: "identity.individual.documents.primary_verification",
}
AT_FIRST = sorted(set(WANTED) - {DOCUMENT})


def rfc3339(second: float) -> str:
    """Write a moment the way v2 does."""
    return datetime.fromtimestamp(second, UTC).isoformat(timespec="milliseconds")[:23] + "Z"


def bare_account(account: str, created: int) -> Json:
    """What is known of an account before anyone has said anything."""
    return {
        "id": account,
        "created": created,
        "name": None,
        "email": None,
        "country": None,
        "currency": None,
        "dashboard": "full",
        "responsibilities": {"fees_collector": "stripe", "losses_collector": "stripe"},
        "metadata": {},
        "requested": False,
        "status": "restricted",
        "submitted": False,
        "handed_in": {},
        "gone": None,
    }


def v1_account(facts: Json) -> Json:
    """Show an account as v1 does."""
    active = bool(facts["requested"] and facts["status"] == "active")
    capability = "active" if active else "inactive"
    return {
        "id": facts["id"],
        "object": "account",
        "business_profile": _profile(facts),
        "business_type": None,
        "capabilities": {"card_payments": capability, "transfers": capability}
        if facts["requested"]
        else {},
        "charges_enabled": active,
        "controller": _controller(facts),
        "country": facts["country"] or "US",
        "created": facts["created"],
        "default_currency": facts["currency"] or "usd",
        "details_submitted": facts["submitted"],
        "email": facts["email"],
        "future_requirements": _v1_requirements([], None),
        "metadata": facts["metadata"],
        "payouts_enabled": active,
        "requirements": _v1_requirements(*_v1_wanted(facts)),
        "type": "standard" if facts["dashboard"] == "full" else "none",
    }


def v2_account(facts: Json, include: list[str]) -> Json:
    """Show an account as v2 does: most of it only where `include` asks for it."""
    account = {
        "id": facts["id"],
        "object": "v2.core.account",
        "applied_configurations": ["merchant"] if facts["requested"] else [],
        "closed": facts["gone"] == "closed",
        "created": rfc3339(facts["created"]),
        "dashboard": facts["dashboard"],
        "livemode": False,
        "metadata": facts["metadata"],
    }
    names = {"contact_email": facts["email"], "display_name": facts["name"]}
    account |= {key: value for key, value in names.items() if value}
    if "configuration.merchant" in include:
        account["configuration"] = {"merchant": _merchant(facts)}
    if "defaults" in include:
        account["defaults"] = _defaults(facts)
    if "identity" in include:
        account["identity"] = {"country": facts["country"]} if facts["country"] else {}
    if "requirements" in include:
        account["requirements"] = _v2_requirements(facts)
    if "future_requirements" in include:
        account["future_requirements"] = {"entries": []}
    return account


def _profile(facts: Json) -> Json:
    unknown: Json = dict.fromkeys(
        (
            "mcc",
            "minority_owned_business_designation",
            "specified_commercial_transactions_act_url",
            "support_address",
            "support_email",
            "support_phone",
            "support_url",
            "url",
        )
    )
    return unknown | {"name": facts["name"]}


def _controller(facts: Json) -> Json:
    duties = facts["responsibilities"]
    stripe_pays = duties["fees_collector"] == "stripe"
    return {
        "type": "application",
        "is_controller": True,
        "fees": {"payer": "account" if stripe_pays else "application"},
        "losses": {"payments": duties["losses_collector"]},
        "requirement_collection": "stripe",
        "stripe_dashboard": {"type": facts["dashboard"]},
    }


def wanted(facts: Json) -> list[str]:
    """Give back what is missing before the account may take money, as v1 names it."""
    if facts["submitted"]:
        return [DOCUMENT] if facts["status"] == "restricted" else []
    return [name for name in AT_FIRST if name not in facts.get("handed_in", {})]


def _v1_wanted(facts: Json) -> tuple[list[str], str | None]:
    if facts["status"] == "unsupported":
        return [], "rejected.other"
    if facts["status"] == "restricted":
        return wanted(facts), "requirements.past_due"
    return [], None


def _v1_requirements(names: list[str], reason: str | None) -> Json:
    return {
        "alternatives": [],
        "current_deadline": None,
        "currently_due": names,
        "disabled_reason": reason,
        "errors": [],
        "eventually_due": names,
        "past_due": names,
        "pending_verification": [],
    }


def _merchant(facts: Json) -> Json:
    if not facts["requested"]:
        return {"applied": False}
    status = facts["status"]
    details = {
        "restricted": [{"code": "requirements_past_due", "resolution": "provide_info"}],
        "unsupported": [{"code": "unsupported_business", "resolution": "no_resolution"}],
    }
    card = {"status": status, "status_details": details.get(status, [])}
    return {"applied": True, "capabilities": {"card_payments": card}}


def _defaults(facts: Json) -> Json:
    duties = facts["responsibilities"] | {"requirements_collector": "stripe"}
    defaults: Json = {"responsibilities": duties}
    if facts["currency"]:
        defaults["currency"] = facts["currency"]
    if facts["name"]:
        defaults["profile"] = {"doing_business_as": facts["name"]}
    return defaults


def _why(name: str) -> str:
    return "routine_verification" if name == DOCUMENT else "routine_onboarding"


def _v2_requirements(facts: Json) -> Json:
    names, _ = _v1_wanted(facts)
    if not names:
        return {"entries": []}
    entries = [
        {
            "awaiting_action_from": "user",
            "description": WANTED[name],
            "errors": [],
            "impact": {
                "restricts_capabilities": [
                    {
                        "capability": "card_payments",
                        "configuration": "merchant",
                        "deadline": {"status": "past_due"},
                    }
                ]
            },
            "minimum_deadline": {"status": "past_due"},
            "requested_reasons": [{"code": _why(name)}],
        }
        for name in names
    ]
    return {"entries": entries, "summary": {"minimum_deadline": {"status": "past_due"}}}
