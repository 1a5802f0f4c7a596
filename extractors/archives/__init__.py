"""ZIP archives: every member a document of its own; bombs and wrong paths refused."""
