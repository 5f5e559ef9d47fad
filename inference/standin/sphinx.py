"""`python -m inference.standin.sphinx`: an ear for the stand-in, in a process of its own: pocketsphinx, English only.

On stdin come phrases, 16-bit mono at 16,000 a second: a length in four bytes, then so many bytes. Out goes a line of
JSON for each.
"""

import json
import os
import sys

# One pass instead of two, over fewer guesses at once: a quarter of a second of the processor for a second of speech, a
# third of what the usual takes, and hardly more words wrong (tests/inference/test_hearing.py).
QUICK = {"fwdflat": False, "maxhmmpf": 3_000, "maxwpf": 10}
NICENESS = 5  # text of the same machine goes first


def main() -> None:
    from pocketsphinx import Decoder

    os.nice(NICENESS)
    decoder = Decoder(samprate=16_000, loglevel="FATAL", **QUICK)
    into, out = sys.stdin.buffer, sys.stdout
    while len(head := into.read(4)) == 4:
        sound = into.read(int.from_bytes(head, "big"))
        decoder.start_utt()
        decoder.process_raw(sound, no_search=False, full_utt=True)
        decoder.end_utt()
        found = decoder.hyp()
        out.write(json.dumps(found.hypstr if found else "") + "\n")
        out.flush()


if __name__ == "__main__":
    main()
