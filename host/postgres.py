"""A PostgreSQL of this checkout alone: Debian's packages, a cluster in `.odoo/`.

It listens on 127.0.0.1 only and trusts whoever can connect there, like every
developer's database does; PGHOST names another server, which is then left alone.
"""

import hashlib
import os
import shutil
import socket
import subprocess
from pathlib import Path

from .debian import Apt, unpack
from .errors import HostError
from .files import appearing, locked, need_space, passing, ready, say
from .layout import LOGS, ROOT, STATE, TOOLS, cache, recall, remember
from .process import alive, read_pid, run

MAJOR = 15
CLUSTER = STATE / "pgdata"
FIRST_PORT = 54320
# The libraries that a small Debian or Ubuntu may lack; bookworm's run on newer ones.
LIBRARIES = [
    "libpq5",
    "libicu72",
    "libxml2",
    "libldap-2.5-0",
    "libsasl2-2",
    "libssl3",
    "libgssapi-krb5-2",
    "libkrb5-3",
    "libk5crypto3",
    "libkrb5support0",
    "libkeyutils1",
    "libcom-err2",
    "libreadline8",
    "libgnutls30",
    "libp11-kit0",
    "libtasn1-6",
    "libnettle8",
    "libhogweed6",
    "libgmp10",
    "libffi8",
    "libidn2-0",
    "libunistring2",
    "libxslt1.1",
]
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "jit": "off",
    # a crash of the machine may lose the last moments, never the database
    "synchronous_commit": "off",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "128MB",
    "max_connections": "100",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


def is_foreign() -> bool:
    """Whether the user named a server of their own."""
    return bool(os.environ.get("PGHOST"))


def address() -> dict[str, str]:
    """What libpq needs to know, in its own variables."""
    if is_foreign():
        known = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD")
        return {name: os.environ[name] for name in known if os.environ.get(name)}
    return {"PGHOST": "127.0.0.1", "PGPORT": str(port()), "PGUSER": "odoo"}


def own(name: str) -> str:
    """A name for a database of this checkout, also among others on a user's server."""
    if not is_foreign():
        return name
    return f"customer_intelligence_{hashlib.sha256(bytes(ROOT)).hexdigest()[:6]}_{name}"


def port() -> int:
    """The port that this checkout's cluster was given."""
    return int(recall("pg_port", FIRST_PORT))


def programs() -> Path:
    """The folder of PostgreSQL's programs, fetched if need be."""
    tree = cache() / f"postgresql-{MAJOR}-1"
    if not ready(tree):
        with locked(cache() / "lock"):
            if not ready(tree):
                fetch(tree)
    return tree / f"usr/lib/postgresql/{MAJOR}/bin"


def fetch(tree: Path) -> None:
    """Download Debian's PostgreSQL and its libraries; unpack them."""
    need_space(cache(), 0.5)
    say("fetching PostgreSQL from Debian (about 30 MB)")
    apt = Apt()
    apt.update()
    wanted = [f"postgresql-{MAJOR}", f"postgresql-client-{MAJOR}", *LIBRARIES]
    with passing(cache() / "debs") as folder:
        debs = apt.download([f"{name}/bookworm" for name in wanted], folder)
        with appearing(tree) as partial:
            unpack(debs, partial, ("./usr/share/doc", "./usr/share/man", "*llvmjit*"))


def libraries() -> str:
    """Where the unpacked libraries are, for the dynamic linker."""
    tree = programs().parents[4]
    folders = [*tree.glob("usr/lib/*-linux-gnu*"), *tree.glob("lib/*-linux-gnu*")]
    return ":".join(str(folder) for folder in folders)


def as_user(command: list) -> list:
    """PostgreSQL refuses to run as root: show it another number for the same user."""
    if os.geteuid() != 0:
        return command
    mapped = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
    works = (
        shutil.which("unshare")
        and not subprocess.run([*mapped, "true"], capture_output=True).returncode
    )
    if not works:
        raise HostError(
            "as root PostgreSQL needs user namespaces (unshare --user), which this "
            "machine forbids: run as an ordinary user, or name a server with PGHOST"
        )
    return [*mapped, *command]


def server(program: str, *arguments, what: str) -> str:
    """Run one of the server's own programs as a user that it accepts."""
    return run(
        as_user([programs() / program, *arguments]),
        what,
        env={"LD_LIBRARY_PATH": libraries(), "LC_ALL": "C"},
        log="postgresql-control.log",
    )


def start() -> None:
    """Make the cluster if it is missing and have it listen; quick when it does."""
    if is_foreign() or running():
        return
    with locked(STATE / "postgresql.lock"):
        if running():
            return
        if not ready(CLUSTER):
            create()
        forget_dead_server()
        listen()
    wrappers()


def create() -> None:
    """Build the cluster under a temporary name: a killed one is never taken over."""
    need_space(STATE, 1)
    say("creating the PostgreSQL cluster of this checkout")
    with appearing(CLUSTER) as partial:
        partial.chmod(0o700)
        server(
            "initdb",
            f"--pgdata={partial}",
            "--username=odoo",
            "--auth=trust",
            "--encoding=UTF8",
            "--lc-collate=C",
            "--lc-ctype=C.UTF-8",
            "--no-instructions",
            what="initdb",
        )


def forget_dead_server() -> None:
    """Remove the pid file of a server that was killed, also when its pid lives on."""
    pid_file = CLUSTER / "postmaster.pid"
    pid = read_pid(pid_file)
    if pid_file.exists() and not alive(pid, "postgres", str(CLUSTER)):
        pid_file.unlink()


def running() -> bool:
    """Whether our server, and not a stranger on its port, answers."""
    pid = read_pid(CLUSTER / "postmaster.pid")
    return bool(pid) and alive(pid, "postgres", str(CLUSTER)) and answers(port())


def answers(number: int) -> bool:
    """Whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex(("127.0.0.1", number)) == 0


def free_port(first: int, count: int = 100, interface: str = "127.0.0.1") -> int:
    """The first port from `first` on that nobody listens on."""
    for number in range(first, first + count):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((interface, number))
            except OSError:
                continue
            return number
    raise HostError(f"no free port between {first} and {first + count - 1}")


def listen() -> None:
    """Start the server on its port of last time, or on the next that is free."""
    number = free_port(port())
    for _ in range(5):
        remember(pg_port=number)
        options = "".join(f" -c {name}='{value}'" for name, value in SETTINGS.items())
        try:
            server(
                "pg_ctl",
                "start",
                f"--pgdata={CLUSTER}",
                f"--log={LOGS / 'postgresql.log'}",
                "--wait",
                "--timeout=60",
                "-o",
                f"-p {number}{options}",
                what="starting PostgreSQL",
            )
            return
        except HostError:
            if not answers(number):
                raise
            number = free_port(number + 1)
    raise HostError("PostgreSQL found no free port in five attempts: run it again")


def stop() -> bool:
    """Stop this checkout's server, if it runs."""
    pid = read_pid(CLUSTER / "postmaster.pid")
    if not pid or not alive(pid, "postgres", str(CLUSTER)):
        return False
    server(
        "pg_ctl",
        "stop",
        f"--pgdata={CLUSTER}",
        "--mode=fast",
        "--timeout=60",
        what="stopping PostgreSQL",
    )
    return True


def wrappers() -> None:
    """Put psql and its like in `.odoo/bin`: their libraries are for them alone."""
    TOOLS.mkdir(parents=True, exist_ok=True)
    for name in ("psql", "pg_dump", "pg_restore", "createdb", "dropdb"):
        target = TOOLS / name
        lines = [
            "#!/bin/sh",
            f'export LD_LIBRARY_PATH="{libraries()}" '
            f'PGHOST="${{PGHOST:-127.0.0.1}}" PGUSER="${{PGUSER:-odoo}}" '
            f'PGPORT="${{PGPORT:-{port()}}}"',
            f'exec "{programs() / name}" "$@"',
        ]
        target.write_text("\n".join(lines) + "\n")
        target.chmod(0o755)


def query(statement: str, database: str = "postgres") -> list[str]:
    """Run one statement through psql and return its lines."""
    program = shutil.which("psql") if is_foreign() else TOOLS / "psql"
    if not program:
        raise HostError("PGHOST is set but psql is missing: install postgresql-client")
    printed = run(
        [program, "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement],
        "asking PostgreSQL",
        env=address(),
    )
    return printed.splitlines()
