import os
import sys

# Before anybody loads numpy. A reply's product of matrices is over sooner than a second thread has been woken for it,
# and threads that wait for one another spin: with two, reading a line took ten times the CPU.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# structlog loads Twisted wherever it is installed, and daphne brings it: megabytes of a helper that nothing here calls.
sys.modules["structlog.twisted"] = None  # type: ignore[assignment]
