"""Everything that asks a model. Imports no other package of ours."""
