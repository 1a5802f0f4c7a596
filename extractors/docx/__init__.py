"""DOCX: body, tables, numbered labels, text boxes and pictures as Word shows them."""
