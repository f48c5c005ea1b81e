"""`python app.py` runs everything on this machine; `app:app` is the WSGI app alone."""

from synqro import create_app

app = create_app()
