"""DOC, WPS, RTF, ODT and old sheets: converted by LibreOffice; locked files opened."""
