"""What a person reads once everything runs."""

from synqro.boot import demo
from synqro.config import DEMO_EMAIL, DEMO_PASSWORD, Settings
from synqro.core.wiring import settings


def say() -> None:
    """Print the addresses, and the demo's log-in where there is a demo."""
    config = settings()
    lines = [("Console", f"{config.public_url}/console/"), *_demo(config)]
    if config.sandbox and config.loopback:
        lines.append(("Payments", "the built-in sandbox; no money moves"))
    lines.append(("Data", str(config.data_dir)))
    print(f"\nSynqro runs at {config.public_url}\n")
    for name, value in lines:
        print(f"  {name:<10} {value}")
    print("\nCtrl-C stops it.\n", flush=True)


def _demo(config: Settings) -> list[tuple[str, str]]:
    store = demo.shop() if config.demo else None
    if store is None:
        return [("Sign up", f"{config.public_url}/signup")]
    # Another origin than the widget's, as on a merchant's own site.
    apart = f"http://localhost:{config.port}" if config.loopback else config.public_url
    return [
        ("Log in", f"{DEMO_EMAIL} with the password “{DEMO_PASSWORD}”"),
        ("Demo page", f"{apart}/demo"),
        ("Shop", f"{config.public_url}/s/{store.publishable_key}"),
        ("Mails", f"{config.public_url}/demo/mail"),
    ]
