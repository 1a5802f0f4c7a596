"""Programs that turn a document into a PDF, each in its own way."""
