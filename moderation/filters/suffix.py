"""Strings made by a search instead of by a person: no language's three letters in a row are so surprising for so long.

The surprise of each letter given the two before it is read from a table of common trigrams; the worst stretch of fifty
signs counts. Numbers, links and code are left out before.
"""

