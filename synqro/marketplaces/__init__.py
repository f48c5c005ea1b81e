"""Where a shop can offer its things, and how each place is spoken to."""
