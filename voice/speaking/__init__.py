"""From text to sound: replies are spoken sentence by sentence."""
