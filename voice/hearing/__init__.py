"""From a microphone to text: pieces of a recording are opened, cleaned, cut into phrases and recognised."""
