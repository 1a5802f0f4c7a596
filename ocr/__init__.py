"""OCR engines and what belongs to pixels."""
