"""Speech: what people say into a microphone (`hearing`), and replies that are spoken (`speaking`)."""
