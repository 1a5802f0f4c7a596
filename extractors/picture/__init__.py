"""A reading drawn onto its pages."""
