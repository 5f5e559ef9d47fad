"""How the services are, for everybody to see: looked at once a minute, told without a word of what is behind them."""
