"""Who sends files: told apart, without their addresses being kept."""

from ipaddress import IPv6Address, ip_address, ip_network

from flask import request

from synqro.core.crypto import fingerprint
from synqro.core.wiring import settings

HOME = 64  # bits: what a provider gives to one home


def visitor() -> str:
    """Give back a fingerprint of the caller, the same for all of a home's IPv6 addresses."""
    address = request.remote_addr or "unknown"
    try:
        parsed = ip_address(address)
        if isinstance(parsed, IPv6Address):
            address = str(ip_network((int(parsed), HOME), strict=False))
    except ValueError:
        pass
    return fingerprint(f"{settings().secret_key}:{address}")[:32]
