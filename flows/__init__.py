"""The command line, the pool of reading processes, and the Prefect flow."""

import logging

# Nothing is logged unless somebody asks for it: see logs.py.
logging.getLogger("flows").addHandler(logging.NullHandler())
