"""`python -m voice.hearing.worker FD`: the audio worker. It has the libraries in memory and does nothing with them: for
each recording it forks a child, which decodes and may be killed. No Django, no settings, no secrets.

On FD come lines: `open ID` with the socket of a new recording, `kill ID`, and `ping …`, which it says back. It says
`ready` once, and ends with the process that started it.
"""

import os
import signal
import socket
import sys

# Before numpy is loaded: threads of its own would not survive a fork.
os.environ.update({"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"})

from voice.hearing import mp3
from voice.hearing.child import serve
from voice.hearing.pipeline import rehearse

NICENESS = 5  # text streams of the same machine go first


def main(control: socket.socket) -> None:
    children: dict[str, int] = {}
    os.nice(NICENESS)
    rehearse()
    mp3.rehearse()
    control.sendall(b"ready\n")
    while True:
        data, given, _flags, _address = socket.recv_fds(control, 64, 1)
        if not data:
            break
        reap(children)
        what, _, number = data.decode().strip().partition(" ")
        if what == "open":
            children[number] = born(given[0], control)
        elif what == "kill":
            end(children.get(number))
        elif what == "ping":
            control.sendall(data)
    for pid in children.values():
        end(pid)


def born(line: int, control: socket.socket) -> int:
    pid = os.fork()
    if pid:
        os.close(line)
        return pid
    control.close()
    try:
        serve(socket.socket(fileno=line))
    except BaseException as error:
        # Whatever it was: this process ends, and must not go on as its parent.
        os.write(2, f"audio decoder ended: {type(error).__name__}\n".encode())
        os._exit(1)
    os._exit(0)


def reap(children: dict[str, int]) -> None:
    for number, pid in list(children.items()):
        if os.waitpid(pid, os.WNOHANG)[0]:
            del children[number]


def end(pid: int | None) -> None:
    """Not one that was reaped: its number may be another's by now."""
    if pid is not None:
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    main(socket.socket(fileno=int(sys.argv[1])))
