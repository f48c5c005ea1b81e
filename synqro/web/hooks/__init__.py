"""/hooks: outside systems calling in."""
