"""What answers in a talk, and how a talk goes on."""

from config.parsing import (
    choice,
    currency,
    flag,
    http_url,
    integer,
    likeness,
    names,
    pairs,
    picture_size,
    price,
    seconds,
    share,
    text,
)
from config.variables.variable import Variable

TALKS: dict[str, tuple[Variable, ...]] = {
    "Model": (
        Variable("OPENAI_API_KEY", text, "", "Key of the model's server."),
        Variable("OPENAI_BASE_URL", http_url, "", "Any server that speaks the OpenAI protocol."),
        Variable("CHAT_MODEL", text, "", "Model that answers."),
        Variable(
            "CHAT_MODELS",
            names,
            "",
            "Others that characters may ask for, with commas between them; `*`: all that the server has.",
        ),
        Variable("EMBEDDING_MODEL", text, "", "Model that embeds."),
        Variable("IMAGE_MODEL", text, "", "Model that paints portraits; without one the button is not there."),
        Variable("IMAGE_SIZE", picture_size, "1024x1536", "Size that the model that paints is asked for."),
        Variable("IMAGE_PRICE", price, "0", "Price of one picture by that model; 0: not known."),
        Variable("EMBEDDING_PRICE", price, "0", "Price of a million tokens of the model that embeds; 0: not known."),
        Variable(
            "SPEECH_MODEL",
            text,
            "",
            "Model that speaks; without one browsers read replies aloud by themselves. The stand-in has a voice of its "
            "own where requirements-voice.txt is installed.",
        ),
        Variable("SPEECH_BASE_URL", http_url, "", "Server of that model, where it is another one."),
        Variable("SPEECH_API_KEY", text, "", "Key of that server."),
        Variable(
            "SPEECH_VOICES",
            pairs,
            "",
            "What that server calls our voices, where it does not have OpenAI's: `deep=bm_george,warm=af_heart`.",
        ),
        Variable(
            "SPEECH_SSML",
            flag,
            "false",
            "That server takes SSML: feelings are heard in rate, pitch, loudness and emphasis. The stand-in does.",
        ),
        Variable("SPEECH_PRICE", price, "0", "Price of a million letters said by that model; 0: not known."),
        Variable("SPEECH_DAYS", integer(1, 365), "30", "How long what was said is kept, to be heard again."),
        Variable("PRICE_CURRENCY", currency, "USD", "Currency of these three prices."),
        Variable(
            "CATALOGUE_SECONDS",
            seconds,
            "2",
            "How often each process looks whether the catalogue, a cap or a prompt has changed.",
        ),
        Variable(
            "ANSWERS_KEPT_SECONDS",
            integer(0, 604_800),
            "3600",
            "How long a suggested line or a drafted character is kept for whoever asks for the same again; 0: never.",
        ),
        Variable("CALIBRATION_SECONDS", seconds, "60", "How often processes exchange how models count tokens."),
        Variable("STANDIN_URL", http_url, "http://127.0.0.1:8199/v1", "The stand-in, used while no model is named."),
    ),
    "Microphone": (
        Variable(
            "HEARING_MODEL",
            text,
            "",
            "Model that writes down what is said into a microphone; without one only browsers do that. The stand-in"
            " understands some English where requirements-voice.txt is installed.",
        ),
        Variable("HEARING_BASE_URL", http_url, "", "Server of that model, where it is another one."),
        Variable("HEARING_API_KEY", text, "", "Key of that server."),
        Variable("HEARING_PRICE", price, "0", "Price of a minute of speech for that model; 0: not known."),
        Variable("HEARING_PER_MINUTE", integer(1, 10_000), "30", "Recordings a minute of one person."),
        Variable("CLIPS_DAYS", integer(1, 365), "30", "How long recordings are kept of who agreed to that."),
    ),
    "Turns": (
        Variable("CONTEXT_TOKENS", integer(1_000, 10_000_000), "8192", "Tokens that fit the model's window."),
        Variable("APPEAL_DAYS", integer(1, 365), "30", "How long somebody may appeal against a decision about them."),
        Variable(
            "READING_HOURS", integer(1, 72), "4", "How long a whole talk is open to who may read it for a reason."
        ),
        Variable(
            "CLAIM_MINUTES", integer(1, 1_440), "20", "How long a moderator has a case before others are given it."
        ),
        Variable("RECALL_SECONDS", seconds, "0.4", "Longest wait for what knowledge says; the reply goes on without."),
        Variable(
            "RECALL_LIKENESS",
            likeness,
            "0.2",
            "Least cosine of a passage with what is said, for it to come up. Depends on the embedding model.",
        ),
        Variable("FIRST_TOKEN_SECONDS", seconds, "30", "Longest wait for the first token."),
        Variable("BETWEEN_TOKENS_SECONDS", seconds, "20", "Longest silence within a reply."),
        Variable("TOTAL_SECONDS", seconds, "180", "Longest reply."),
        Variable("MAX_REPLY_BYTES", integer(1_000, 10_000_000), "262144", "A reply is cut off beyond this size."),
        Variable("LEASE_SECONDS", seconds, "10", "A turn whose process was silent this long is taken over."),
        Variable("SWEEP_SECONDS", seconds, "3", "How often each process looks for turns left behind."),
        Variable("DRAIN_SECONDS", seconds, "25", "How long a stopping server lets running turns finish."),
        Variable("FLUSH_SECONDS", seconds, "0.2", "How often running text is written to Redis."),
        Variable(
            "STREAM_TTL_SECONDS",
            integer(10, 86_400),
            "600",
            "How long a turn's text stays in Redis for replay.",
        ),
        Variable("TEMPORARY_SECONDS", seconds, "3600", "How long a temporary talk outlives its last open page."),
    ),
    "Memory": (
        Variable(
            "MEMORY",
            choice("automatic", "on_request", "off"),
            "automatic",
            "What characters remember of players: all, what they are asked to, nothing. Characters and players may"
            " want less, never more.",
        ),
        Variable("MEMORY_OF_GUESTS", choice("automatic", "on_request", "off"), "automatic", "The same for guests."),
        Variable(
            "MEMORY_MODEL",
            text,
            "",
            "Chat model that finds memories in what was said, and writes notes of long talks; empty: rules do.",
        ),
        Variable(
            "MEMORY_EMBEDDING_MODEL",
            text,
            "",
            "Model that embeds memories, or `local:minilm` for the English encoder of requirements-embeddings.txt;"
            " empty: memories are found by words alone. Another one takes effect with `manage.py memory reembed`.",
        ),
        Variable(
            "MEMORY_EMBEDDING_DIMENSIONS",
            integer(0, 16_000),
            "0",
            "Numbers of a vector; 0: as many as the model likes.",
        ),
        Variable("MEMORY_SECONDS", seconds, "0.15", "Longest wait for memories; the reply goes on without."),
        Variable(
            "MEMORIES_PER_PAIR", integer(10, 10_000), "1000", "Memories that a character has of one player at most."
        ),
        Variable(
            "LINES_PER_PAIR", integer(100, 100_000), "10000", "Lines that it can recall word for word; old ones go."
        ),
    ),
    "Filters": (
        Variable(
            "FILTERS",
            flag,
            "true",
            "Texts are looked at before they are kept or shown (docs/safety.md). Off, nothing is looked at.",
        ),
        Variable(
            "MODERATION_MODEL",
            text,
            "",
            "A moderation model of the model server, such as omni-moderation-latest, that looks at lines and replies "
            "once they are said; what it finds goes before moderators. Empty: nobody is asked.",
        ),
        Variable(
            "JUDGE_MODEL",
            text,
            "",
            "Chat model that is asked later, by a worker, about lines and replies of which the filters are unsure; "
            "what it finds goes before moderators. Empty: nobody is asked.",
        ),
        Variable(
            "JUDGE_FROM",
            share,
            "0.35",
            "The score from which JUDGE_MODEL is asked, up to that of the policy's rule: the lower, the more calls.",
        ),
        Variable(
            "RETRY_REPLIES",
            flag,
            "true",
            "A reply that is out of its part, or hangs together badly, is taken back and asked for once more; what a "
            "policy wants said in other words is rewritten.",
        ),
    ),
    "Sockets": (
        Variable(
            "HEARTBEAT_SECONDS", seconds, "30", "A socket silent for two and a half times this long is closed (4408)."
        ),
        Variable(
            "SOCKETS_PER_USER",
            integer(1, 10_000),
            "20",
            "Sockets one person may hold open on one server process.",
        ),
        Variable(
            "SOCKETS_PER_PROCESS",
            integer(1, 1_000_000),
            "2000",
            "Sockets that one server process is meant to hold: its start warns where it may not open as many files.",
        ),
        Variable("ROOM_SEATS", integer(1, 1_000), "100", "People, and open sockets, that one room holds (4409)."),
        Variable("SOCKET_GIVE_UP_SECONDS", seconds, "15", "A socket paused this long is closed (4408)."),
    ),
}
