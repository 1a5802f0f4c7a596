"""Pages that are pictures: scans and photos, in files of their own or as pages of a PDF."""
