"""`python -m inference.standin.sphinx`: an ear for the stand-in, in a process of its own: pocketsphinx, English only.

On stdin come phrases, 16-bit mono at 16,000 a second: a length in four bytes, then so many bytes. Out goes a line of
JSON for each.
"""

import json
import sys


def main() -> None:
    from pocketsphinx import Decoder

    decoder = Decoder(samprate=16_000, loglevel="FATAL")
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
