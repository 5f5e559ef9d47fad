"""Public sets of long talks with questions, to measure recall by. Pure; docs/memory.md says where they come from."""
