"""OCR engines and what belongs to pixels: empty until scans are read; its floor is kept."""
