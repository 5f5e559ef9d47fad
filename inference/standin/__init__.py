"""The local model server: answers by hand-written rules, and misbehaves by model name for tests."""
