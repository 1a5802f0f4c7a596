"""Making the weights of `ocr.cells.number_reader`; see README.md beside this file."""
