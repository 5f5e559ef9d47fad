from accounts.models.age import Age, AgeDeclaration
from accounts.models.api_key import ApiKey, IdempotentRequest
from accounts.models.block import Block
from accounts.models.consent import Consent, DataUse
from accounts.models.departure import Departure, Erasure
from accounts.models.key import DataKey, KeyRotation, Purpose
from accounts.models.organisation import (
    Membership,
    Organisation,
    OrganisationDomain,
    OrganisationInvitation,
    OrganisationProvider,
    Role,
)
from accounts.models.persona import Persona
from accounts.models.plan import Plan, UsageDay
from accounts.models.profile import Profile, Theme
from accounts.models.retention import LegalHold, Sweep
from accounts.models.sanction import Sanction
from accounts.models.session import Session
from accounts.models.sitting import Sitting
from accounts.models.spending import Cap, CapAlarm, ModelUse, Operation
from accounts.models.takeout import Restoration, RestorationPiece, Takeout, TakeoutPiece
from accounts.models.term import CustomerErasure, PaymentEvent, Subscription, Term, Voucher
from accounts.models.user import Language, User, UserManager

__all__ = [
    "Age",
    "AgeDeclaration",
    "ApiKey",
    "Block",
    "Cap",
    "CapAlarm",
    "Consent",
    "CustomerErasure",
    "DataKey",
    "DataUse",
    "Departure",
    "Erasure",
    "IdempotentRequest",
    "KeyRotation",
    "Language",
    "LegalHold",
    "Membership",
    "ModelUse",
    "Operation",
    "Organisation",
    "OrganisationDomain",
    "OrganisationInvitation",
    "OrganisationProvider",
    "PaymentEvent",
    "Persona",
    "Plan",
    "Profile",
    "Purpose",
    "Restoration",
    "RestorationPiece",
    "Role",
    "Sanction",
    "Session",
    "Sitting",
    "Subscription",
    "Sweep",
    "Takeout",
    "TakeoutPiece",
    "Term",
    "Theme",
    "UsageDay",
    "User",
    "UserManager",
    "Voucher",
]
