"""Makes annual reports of the forms T19 and T21 whose every number is known.

The generator knows the forms by itself and imports nothing from `gouji`, so that what it says
about a report is a second opinion and not an echo.
"""
