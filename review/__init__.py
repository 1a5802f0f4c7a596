"""The review web application: empty until it is built; its floor is kept."""
