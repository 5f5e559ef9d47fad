from accounts.models.api_key import ApiKey, IdempotentRequest
from accounts.models.key import DataKey, Purpose
from accounts.models.persona import Persona
from accounts.models.plan import Plan, UsageDay
from accounts.models.profile import Profile, Theme
from accounts.models.user import Language, User, UserManager

__all__ = [
    "ApiKey",
    "DataKey",
    "IdempotentRequest",
    "Language",
    "Persona",
    "Plan",
    "Profile",
    "Purpose",
    "Theme",
    "UsageDay",
    "User",
    "UserManager",
]
