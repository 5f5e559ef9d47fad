"""What programs are told: the REST API, its description, and whose scripts may call it."""

from config import env as environment

env = environment.load()

CORS_ORIGINS = env.CORS_ORIGINS
# Other sites' scripts come with a key of the API, never with a visitor's cookies.
CORS_ALLOWED_ORIGINS = CORS_ORIGINS
CORS_URLS_REGEX = r"^/(api|v1)/"
CORS_ALLOW_CREDENTIALS = False
CORS_ALLOW_HEADERS = [
    "accept", "accept-language", "authorization", "content-type", "idempotency-key", "if-match", "if-none-match",
    "last-event-id", "x-conversation-id", "x-request-id",
    # What OpenAI's own client for browsers tells of itself.
    "x-stainless-arch", "x-stainless-helper-method", "x-stainless-lang", "x-stainless-os",
    "x-stainless-package-version", "x-stainless-retry-count", "x-stainless-runtime", "x-stainless-runtime-version",
    "x-stainless-timeout",
]  # fmt: skip
CORS_EXPOSE_HEADERS = [
    "ETag", "Idempotency-Replayed", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Conversation-Id",
    "X-Request-ID",
]  # fmt: skip
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}
SPECTACULAR_SETTINGS = {
    "DEFAULT_GENERATOR_CLASS": "config.api_generator.Generator",
    "TITLE": "Dramatis",
    "VERSION": "1",
    "DESCRIPTION": "Talk to characters, write them and their lore, bring cards in and out, see how they are received.",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SORT_OPERATIONS": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "accounts.api.schema.close_requests",
    ],
    "ENUM_NAME_OVERRIDES": {
        "PieceKind": "characters.api.versions.PIECES",
        "ChangeKind": "characters.api.versions.CHANGES",
        "FindingKind": "characters.api.cards.FINDINGS",
        "PictureKind": "characters.models.Asset.Kind",
        "UnshownKind": "characters.api.publishing.UNSHOWN",
        "SpanKind": "characters.selectors.statistics.KINDS",
        "DifferenceKind": "stories.study.compare.KINDS",
        "EndingKind": "stories.format.shape.ENDINGS",
        "NoteRole": "characters.models.lore.Role",
        "MemoryKind": "memory.models.Kind",
        "ReportedKind": "moderation.models.Case.Kind",
        "ReportState": "moderation.models.Report.State",
        "PartRole": "chat.models.Participant.Role",
        "PublicationState": "characters.models.Publication.State",
        "OrganisationRole": "accounts.models.Role",
        "SpeakerRole": "chat.models.Message.Role",
        "VisibilityEnum": "characters.models.Visibility",
        "StoryVisibility": "stories.models.story.SHOWN_TO",
        "RatingEnum": "characters.models.Rating",
        "ReplyRating": "chat.api.fields.RATINGS_TOLD",
    },
}
