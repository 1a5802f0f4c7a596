"""Documents without pages: what their extractors share."""
