"""What a model is asked about a text: `judge.yaml` beside this file."""

from pathlib import Path

from inference.prompts.shipped import ship

ship(Path(__file__).parent)
