"""One-machine mode: start, watch and stop the parts."""
