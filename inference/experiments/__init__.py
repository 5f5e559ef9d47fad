"""Comparing versions of prompts, or models, on talks: who gets what (`assignment`, `running`), and what came of it
(`outcomes`, `intervals`).
"""
