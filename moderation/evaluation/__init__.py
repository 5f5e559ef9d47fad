"""How good the chain is, measured on directories of labelled texts."""
