"""The queue's face: each job parses its ids and calls one room."""
