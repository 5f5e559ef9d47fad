from inference.models.prompt_version import PromptMove, PromptVersion

__all__ = ["PromptMove", "PromptVersion"]
