"""Numbers that the narrative states and the form also has.

A wrong fact makes a violation that nobody committed, so only wordings that are known speak, and
sentences about other years, other organs or other matters do not. The way of a sentence:
`running_text` (lines to sentences under headings) → `clauses` (a number and the words round it) →
`codes` (which number of the form that is) and `nothing` (statements that there was none).
"""

from .narrative import Narrative, read_narrative, read_prose

__all__ = ["Narrative", "read_narrative", "read_prose"]
