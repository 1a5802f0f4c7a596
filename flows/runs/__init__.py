"""The Prefect flows: thin wrappers, with the server, the schedules and the pictures they need."""
