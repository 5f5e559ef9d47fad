"""How the weights of the linear filters are made; needs `requirements-train.txt`, which the product does not."""
