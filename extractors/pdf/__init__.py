"""Digital PDF: pages, what is drawn and printed on them, and further readers for cells in doubt."""
