"""Everything around reading: commands, the pool of processes, the inbox, and the Prefect flows.

    commands/   the command line          inbox/   documents taken in exactly once
    pool/       reading processes         runs/    what Prefect runs, and its server

What stands beside them are plain functions that commands and flows share.
"""

import logging

# Nothing is logged unless somebody asks for it: see logs.py.
logging.getLogger("flows").addHandler(logging.NullHandler())
