"""From bytes to a reading: what a file is, how each page is read, and what the form says.

The door is `extractors.reading`: `read_document` and `read_file`. A PDF goes through `sniff`,
`pdf_document` (pages), `pdf_rulings` and `pdf_text` (what is drawn and printed), `route` (how the
page is read), `pdf_table` (a page), `pdf_extract` (the document) and `assemble` (form, second
opinions, sums, confidence). `picture` draws a reading onto its pages.
"""
