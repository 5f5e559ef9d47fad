import os

# Before anybody loads numpy. A reply's product of matrices is over sooner than a second thread has been woken for it,
# and threads that wait for one another spin: with two, reading a line took ten times the CPU.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
