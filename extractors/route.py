"""How a page is read: one pure function over the facts a probe found."""

from __future__ import annotations

from gouji.model import PageFacts, PageRoute, Route

# A text layer with more lost characters than this cannot be trusted for numbers: one wrong font
# among several spoils a tenth of a page, stray symbols (bullets, logos) less than a fiftieth.
GARBLED = 0.08
# A picture that covers this much of the page is the page.
SCANNED = 0.55
# Fewer characters than this on a page with a picture are a stamp or a page number.
FEW_CHARACTERS = 40
# So much of the dark ink of a page is in its pictures and no text says what it means: numbers on a
# scan are, under whatever stamp an archive put on it.
UNTOLD = 0.5


def choose_route(
    facts: PageFacts, *, hidden_text: bool = False, untold: float = 0.0, ruled: bool = False
) -> PageRoute:
    """The route of one page, with the reason in words.

    ``hidden_text`` says that most of its text is drawn invisibly, as OCR programs do over a scan;
    ``untold`` is the share of its ink that is in pictures without text over it, and ``ruled`` says
    that a table is drawn in a picture.
    """

    def route(chosen: Route, reason: str) -> PageRoute:
        return PageRoute(facts, chosen, reason)

    pictured = facts.image_share >= SCANNED
    if facts.characters == 0:
        if facts.image_share > 0.02 or facts.rulings_horizontal + facts.rulings_vertical > 3:
            return route(Route.SCAN, "no text layer: what is printed is drawn or a picture")
        return route(Route.EMPTY, "nothing on the page")
    if hidden_text and pictured:
        return route(Route.SCAN, "a picture with a hidden text layer that another program guessed")
    if pictured and facts.characters < FEW_CHARACTERS:
        return route(
            Route.SCAN,
            f"a picture covers {facts.image_share:.0%} and there are {facts.characters} characters",
        )
    if pictured and untold >= UNTOLD:
        return route(
            Route.SCAN,
            f"a picture covers {facts.image_share:.0%}, with {untold:.0%} of what is printed",
        )
    if ruled:
        return route(Route.SCAN, "a picture on the page shows a table")
    if facts.garbled >= GARBLED:
        kinds = ", ".join(kind for kind in facts.garbled_kinds if kind != "radical")
        return route(
            Route.SCAN, f"{facts.garbled:.0%} of the text layer is not what is printed ({kinds})"
        )
    if facts.rulings_horizontal >= 2 and facts.rulings_vertical >= 1:
        return route(
            Route.TABLE,
            f"text layer, {facts.rulings_horizontal} horizontal and "
            f"{facts.rulings_vertical} vertical rulings",
        )
    return route(Route.TEXT, "text layer without a drawn table")
