"""How much sound somebody may send, and in which wrappings. What is more, or says it is more, is refused."""

RATE = 16_000  # samples a second, from the decoder on
MOST_SECONDS = 120.0  # of one recording
MOST_BYTES = 4 * 1024 * 1024  # of one recording: 120 s of Opus at 256 kbit/s, or of WAV at 16 kHz
MOST_PIECE = 128 * 1024  # bytes of one piece
MOST_CHANNELS = 2
MOST_RATE = 48_000
PHRASE_SECONDS = 30.0  # a longer one is cut here
PROCESSOR_SECONDS = 2  # of one piece: whole ones are counted, so that it may be half of that; then the kernel ends it
WAIT_SECONDS = 10  # for one piece, on a machine that has other things to do
MEMORY = 120 * 1024 * 1024  # bytes that a child may take beside what it was born with

# What browsers record, and WAV for programs: FFmpeg's name of the wrapping, by ours.
FORMATS = {"webm": "matroska", "ogg": "ogg", "mp4": "mp4", "wav": "wav"}
CODECS = frozenset({"opus", "vorbis", "aac", "pcm_s16le", "pcm_f32le"})
