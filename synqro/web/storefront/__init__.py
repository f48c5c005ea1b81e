"""/api/storefront: what a publishable key may do, for any origin, without cookies."""
