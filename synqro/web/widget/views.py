"""The views of this face, imported for their routes."""
