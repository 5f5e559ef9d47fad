"""What creators write: characters and everything that belongs to them."""
