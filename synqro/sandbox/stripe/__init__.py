"""A small Stripe: Checkout, Connect and events, as far as the product uses them."""
