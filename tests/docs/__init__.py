"""The examples of the guides, each run as its reader runs it."""
