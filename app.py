"""`python app.py` runs everything on this machine; `app:app` is the WSGI app alone."""

import gc
import signal
import sys

if __name__ == "__main__":
    gc.disable()  # until everything is imported, of which nothing is garbage
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # until the supervisor takes it over

    from synqro import boot

    sys.exit(boot.main())

from synqro import create_app
from synqro.core import logs

logs.configure()
app = create_app()
