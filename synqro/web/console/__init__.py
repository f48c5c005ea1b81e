"""/console: the merchant, signed in; writes come from our own pages only."""
