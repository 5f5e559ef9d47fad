"""What a text feels like: 28 labels, roll-ups and a hidden vector, computed here, without a network.

`read_feeling(text)` is the door. docs/emotion.md says what is measured and what is not known.
"""
