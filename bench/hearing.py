"""How much faster than it is spoken a recording is heard, on one core: decoded, looked through for speech, cleaned, and
cut into drafts and phrases."""

import io
import time
from collections.abc import Callable

from bench.report import Line
from bench.servers import Stage
from bench.small import tell, told_by

GOAL = 20.0
SECONDS = 60


def measure(stage: Stage) -> list[Line]:
    """In a process of its own, on the servers' core."""
    return told_by(stage, "bench.hearing")


def lines() -> list[Line]:
    import numpy as np

    from tests.voice.sounds import RATE, hiss, pieces, silence, spoken, wrapped
    from voice.hearing.decoding import samples_of
    from voice.hearing.pipeline import Pipeline, rehearse

    once = np.concatenate([spoken(), silence(1.0)])
    sound = np.tile(once, -(-SECONDS * RATE // len(once)))[: SECONDS * RATE]
    data = wrapped((sound + hiss(SECONDS, -50)).astype(np.float32), live=1)
    rehearse()

    class Pieces:
        """As they come in, a quarter of a second each: at each a report is due."""

        def __init__(self, pipeline: Pipeline | None) -> None:
            self.pipeline, self.rest, self.now = pipeline, pieces(data, SECONDS * 4), io.BytesIO()

        def read(self, size: int) -> bytes:
            if not (found := self.now.read(size)) and self.rest:
                if self.pipeline is not None:
                    self.pipeline.report()
                self.now = io.BytesIO(self.rest.pop(0))
                return self.now.read(size)
            return found

    def heard() -> None:
        pipeline = Pipeline()
        pipeline.run(Pieces(pipeline), "webm")
        pipeline.report(done=True)

    def decoded() -> None:
        for _ in samples_of(Pieces(None), "webm"):
            pass

    fast = {name: SECONDS / seconds_for(work) for name, work in (("heard", heard), ("decoded", decoded))}
    return [
        Line("", "sound heard, for as long as it is spoken", fast["heard"], "×", "the bound", GOAL, 1.0, more=True),
        Line("", "- decoded alone", fast["decoded"], "×"),
    ]


def seconds_for(work: Callable[[], None]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    tell(lines())
