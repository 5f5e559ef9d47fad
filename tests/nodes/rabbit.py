"""RabbitMQ as Debian has it, unpacked and on ports of its own."""

import os
import subprocess
import tempfile
from pathlib import Path

from config.services import ports, processes
from tests import debian

SETTINGS = """
listeners.tcp.1 = 127.0.0.1:{port}
default_user = tests
default_pass = secret
"""


class Rabbit:
    """`url` leads to it. It finds its like by a second program, epmd, which is ours too."""

    def __init__(self) -> None:
        program = debian.find("rabbitmq-server")
        assert program, "rabbitmq-server is not to be had: install Debian's package rabbitmq-server"
        self.folder = Path(tempfile.mkdtemp(prefix="dramatis-rabbit-"))
        self.port, names, nodes = (ports.free_port() for _each in range(3))
        (self.folder / "rabbitmq.conf").write_text(SETTINGS.format(port=self.port))
        root = debian.folder_of("rabbitmq-server") if program.startswith(str(debian.KEPT)) else Path("/")
        erlang = root / "usr/lib/erlang"
        if root != Path("/"):
            _move(erlang)
        [server] = root.glob("usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server")
        environ = {
            "PATH": f"{erlang / 'bin'}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "ERL_EPMD_PORT": str(names),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"dramatis{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(nodes),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1",
        }
        epmd = [str(erlang / "bin" / "epmd"), "-port", str(names), "-address", "127.0.0.1"]
        self._names = subprocess.Popen(epmd, env=environ)
        assert processes.wait_until(lambda: not ports.is_free(names), 10)
        with (self.folder / "said").open("wb") as said:
            self._broker = subprocess.Popen([str(server)], env=environ, stdout=said, stderr=said, cwd=self.folder)
        up = processes.wait_until(lambda: not ports.is_free(self.port), 60)
        assert up, (self.folder / "said").read_text()[-2000:]

    @property
    def url(self) -> str:
        return f"amqp://tests:secret@127.0.0.1:{self.port}//"

    def stop(self) -> None:
        for process in (self._broker, self._names):
            process.terminate()
            process.wait(20)


def _move(erlang: Path) -> None:
    """Its start script says where it was to be installed."""
    script = erlang / "bin" / "erl"
    told = script.read_text()
    here = told.replace("ROOTDIR=/usr/lib/erlang", f"ROOTDIR={erlang}")
    if here != told:
        script.write_text(here)
