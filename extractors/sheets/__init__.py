"""XLSX: sheets as tables, values as displayed."""
