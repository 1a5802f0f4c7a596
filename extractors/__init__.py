"""From bytes to a reading: what a file is, how it is read, and what the form says.

The door is `extractors.reading`: `read_document` and `read_file`. `sniff` tells by the bytes what a
file is; each kind of document has a folder that ends in `Extracted` (tables, lines, text): `pdf`,
`docx`, `sheets`, `web`, `text`; `office` and `archives` turn other kinds into these, and `unpaged`
is what documents without pages share. `route` says how a page of a PDF is read, and `assemble`
makes of what was extracted the reading: form, second opinions, sums, confidence. `picture` draws a
reading onto its pages.
"""
