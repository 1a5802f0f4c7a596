"""Text as web extractors leave it: decoding, mended mojibake, tables flattened to lines."""
