"""Turns printed reports into pictures of paper: scanned, photographed, copied, damaged.

As the rest of the generator it imports nothing from `gouji`, `ocr` or `extractors`.
"""
