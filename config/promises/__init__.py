"""What other programs rely on: REST, the socket's protocol, the take-out. Held against the last release."""
