"""The review web application: a person settles what reading left open (docs/review.md)."""
