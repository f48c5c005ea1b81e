"""/v1: what a secret key may do, for programs of the shop's own."""
