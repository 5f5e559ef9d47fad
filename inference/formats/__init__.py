"""The wire formats of streamed replies, one class each: what one event means."""
