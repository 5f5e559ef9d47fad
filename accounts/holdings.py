"""What this app, the models below it and the packages it uses hold of people."""

from django.utils.translation import gettext_lazy as _

from accounts.privacy.holdings import Holding

RUN = "to run the service"
SAFE = "to keep accounts safe"
MONEY = "to share out what models cost"
RULES = "to keep the rules"
HOUSE = "the work of staff; no player's"

HOLDINGS = (
    Holding(
        model="accounts.User",
        what="address, password hash, language, age, days of joining and of the last visit, whether there is news",
        why=RUN,
        whose="pk",
        taken="account",
    ),
    Holding(
        model="accounts.Profile", what="display name, about, lights, time zone", why=RUN, whose="user", taken="profile"
    ),
    Holding(
        model="accounts.Persona",
        called=_("personas"),
        what="whom somebody plays: name, and description (sealed)",
        why=RUN,
        whose="user",
        sealed={"description": "accounts_persona"},
        taken="personas",
    ),
    Holding(
        model="accounts.AgeDeclaration", what="what somebody said of their age", why=RULES, whose="user", taken="ages"
    ),
    Holding(
        model="accounts.ApiKey",
        called=_("API keys"),
        what="keys for programs: label, hash, last use",
        why=SAFE,
        whose="user",
        taken="api_keys",
    ),
    Holding(
        model="accounts.IdempotentRequest",
        what="answers to programs (sealed)",
        why=RUN,
        whose="user",
        kept="a day",
        sealed={"body": "accounts_idempotentrequest"},
        left="copies of answers, gone after a day; what they say is taken where it stands",
    ),
    Holding(
        model="accounts.DataKey",
        called=_("keys that open what you wrote"),
        what="content keys, wrapped by a master key",
        why=SAFE,
        whose="owner",
        left="a key opens nothing outside this site",
        erased="destroyed, then deleted",
    ),
    Holding(
        model="accounts.Session",
        called=_("browsers that are signed in"),
        what="browsers that are signed in",
        why=SAFE,
        whose="user",
        kept="14 days",
        left="a session is a secret of this site",
    ),
    Holding(model="accounts.Sanction", what="what somebody may not do", why=RULES, whose="user", taken="sanctions"),
    Holding(model="accounts.UsageDay", what="messages a day", why=MONEY, whose="user", taken="usage_days"),
    Holding(
        model="accounts.ModelUse",
        what="use of models, in figures",
        why=MONEY,
        whose="user_id",
        taken="usage",
        erased="stays in the totals, of nobody",
    ),
    Holding(model="accounts.Cap", what="spending caps of one person", why=MONEY, whose="user", taken="caps"),
    Holding(model="accounts.CapAlarm", what="that a cap was nearly used", why=MONEY, whose="user", taken="cap_alarms"),
    Holding(
        model="accounts.Consent",
        what="what somebody agreed to, when, in which words",
        why=RULES,
        whose="user",
        taken="consents",
    ),
    Holding(
        model="accounts.Sitting",
        what="how long somebody has been talking",
        why="to remind them of breaks",
        whose="user",
        kept="until the next sitting",
        taken="sitting",
    ),
    Holding(
        model="accounts.Subscription",
        what="plans that are paid for, by the provider's numbers",
        why=MONEY,
        whose="user",
        taken="subscriptions",
    ),
    Holding(
        model="accounts.CustomerErasure",
        what="provider's numbers of people who are gone here",
        why="to have them deleted there, too",
        kept="until the provider has deleted them",
        left="of nobody here any more",
        erased="is what an erasure leaves to be done",
    ),
    Holding(model="accounts.Term", what="plans for a time", why=MONEY, whose="user", taken="terms"),
    Holding(
        model="accounts.Voucher",
        what="codes for plans (hashed)",
        why=MONEY,
        left="issued by staff",
        erased="stays, without who issued it",
    ),
    Holding(model="accounts.Block", what="players one wants nothing to do with", why=RUN, whose="user", taken="blocks"),
    Holding(
        model="accounts.Departure",
        what="that somebody wants to go, and when",
        why=RUN,
        whose="user",
        kept="14 days",
        taken="departure",
    ),
    Holding(
        model="accounts.LegalHold",
        what="that nothing of somebody may be deleted, by which order, until when",
        why=RULES,
        whose="user",
        kept="90 days after its end",
        left="a log of the house; that it stands is told where somebody wants to go",
    ),
    Holding(
        model="accounts.Erasure",
        what="receipts: counts, dates, a hash of the id of an account that is gone",
        why="to prove an erasure, and to repeat it after a restore",
        kept="as long as the site",
        left="of nobody any more",
        erased="is what an erasure leaves",
    ),
    Holding(model="account.EmailAddress", what="addresses, proved or not", why=SAFE, whose="user", taken="addresses"),
    Holding(
        model="account.EmailConfirmation",
        what="links to prove an address",
        why=SAFE,
        whose="email_address__user",
        kept="3 days",
        left="a secret of this site",
    ),
    Holding(
        model="mfa.Authenticator",
        what="second factors and passkeys",
        why=SAFE,
        whose="user",
        left="secrets of this site",
    ),
    Holding(
        model="socialaccount.SocialAccount",
        what="accounts at other sites one signs in by",
        why=SAFE,
        whose="user",
        taken="identities",
    ),
    Holding(
        model="socialaccount.SocialToken",
        what="tokens of such sites",
        why=SAFE,
        whose="account__user",
        left="secrets of those sites",
    ),
    Holding(
        model="admin.LogEntry",
        what="what staff changed in the admin",
        why=RULES,
        whose="user",
        left="a log of the house",
        kept="90 days",
    ),
    *(
        Holding(model=f"inference.{name}", what=what, why=HOUSE, left=HOUSE, erased="stays, without who made it")
        for name, what in (
            ("Experiment", "experiments"),
            ("ExperimentArm", "what is compared in them"),
            ("PromptVersion", "prompt templates"),
            ("PromptMove", "when a template came into force"),
        )
    ),
)
