"""Stories: scenes, stakes and choices with consequences. How they are written, checked, and played by rules."""
