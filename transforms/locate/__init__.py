"""Which combination of attribute values is behind the abnormal value of a sum or a ratio.

`read_periods` takes rows of text, `leaves_of` says how far every finest combination strays from
its own past, `search` finds the few values that set the strayed apart from the rest, and `located`
says what they explain. docs/locate.md has the method with its sources and measured figures.
"""
