"""People who share seats, an allowance, characters and a way to sign in."""
