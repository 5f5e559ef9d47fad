"""What texts are sealed for, beside the row they stand in (`accounts.encryption.Place`)."""

MEMORY = "memory"
EPISODE = "episode"
NOTE = "session_note"
STEP = "bond_step"  # what one calls the other
SAMPLE = "style_sample"
