"""Which combination of attribute values is behind the abnormal value of a sum or a ratio.

`cells` reads rows of text, `periods` sets now beside the past, `leaves` says how far every finest
combination strays from its own past, `search` finds the few values that set the strayed apart from
the rest, and `answers` says what they explain and how sure that is. docs/locate.md has the method
with its sources and measured figures.
"""
