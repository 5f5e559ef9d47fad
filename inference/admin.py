from inference.prompt_admin import PromptVersionAdmin

__all__ = ["PromptVersionAdmin"]
