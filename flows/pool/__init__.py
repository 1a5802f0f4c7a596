"""Reading processes that survive what documents do to them, and what makes files ready."""
