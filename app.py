"""`python app.py` runs everything on this machine; `app:app` is the WSGI app alone."""

import sys

if __name__ == "__main__":
    from synqro import boot

    sys.exit(boot.main())

from synqro import create_app
from synqro.core import logs

logs.configure()
app = create_app()
