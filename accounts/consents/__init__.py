"""What people agree to: the words they are asked in, their answers, and what follows from them."""
