"""Saved web pages: source and encoding, the article among menus, tables, links."""
