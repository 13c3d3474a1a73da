"""What may go wrong on a machine is told in one line, and a re-run recovers."""

import errno
import os
import re
import socket
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from host import (
    addons,
    browser,
    commands,
    database,
    debian,
    demo,
    files,
    layout,
    odoo,
    postgres,
    process,
    python,
    server,
    source,
    template,
    versions,
)
from host.errors import HostError

Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    """Keep the tests off the state of this checkout and off the cache."""
    for name in ("ODOO_BIN", "PGHOST", "PGPORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CUSTOMER_INTELLIGENCE_CACHE", str(tmp_path / "cache"))
    for module in (layout, server, postgres, database, template):
        monkeypatch.setattr(module, "STATE", tmp_path / "state", raising=False)
    for module in (layout, process, postgres, server, database, template):
        monkeypatch.setattr(module, "LOGS", tmp_path / "log", raising=False)
    (tmp_path / "state").mkdir()
    (tmp_path / "log").mkdir()


def _programs(monkeypatch, tmp_path, **scripts):
    """Put shell scripts in place of programs."""
    folder = tmp_path / "programs"
    folder.mkdir(exist_ok=True)
    for name, script in scripts.items():
        program = folder / name.replace("_", "-")
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def _odoo_tree(folder, series="(19, 0, 0, FINAL, 0, '')"):
    """A folder that looks like a checkout of Odoo."""
    (folder / "odoo").mkdir(parents=True)
    (folder / "odoo" / "release.py").write_text(f"version_info = {series}\n")
    (folder / "odoo-bin").write_text("#!/usr/bin/env python3\n")
    return folder / "odoo-bin"


class TestMessages:
    @pytest.mark.parametrize("version", [(3, 10), (3, 11), (3, 12), (3, 13)])
    def test_supported_python_passes(self, version):
        assert versions.complaint(version) == ""

    @pytest.mark.parametrize("version", [(3, 9), (3, 14), (4, 0)])
    def test_other_python_is_refused_with_what_to_do(self, version):
        told = versions.complaint(version)
        assert told.startswith("error: Python ")
        assert "needs 3.10 to 3.13: name one with" in told

    def test_failure_is_one_line_without_traceback(self, monkeypatch, capsys):
        def fail(_arguments):
            raise HostError("the moon is full: wait a week")

        monkeypatch.setitem(commands.COMMANDS, "up", fail)
        assert commands.main(["up"]) == 1
        assert capsys.readouterr().err == "error: the moon is full: wait a week\n"

    def test_full_disk_is_told_when_it_fills_up(self, monkeypatch, capsys):
        def fail(_arguments):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setitem(commands.COMMANDS, "up", fail)
        assert commands.main(["up"]) == 1
        assert capsys.readouterr().err.startswith("error: disk full")

    def test_full_disk_is_told_before_it_fills_up(self, monkeypatch, tmp_path):
        monkeypatch.setattr(files.shutil, "disk_usage", lambda _: Usage(1, 1, 0))
        with pytest.raises(HostError, match="disk full: .* 2 GB are needed"):
            files.need_space(tmp_path / "not" / "there", 2)

    def test_interruption_is_told(self, monkeypatch, capsys):
        def interrupt(_arguments):
            raise KeyboardInterrupt

        monkeypatch.setitem(commands.COMMANDS, "up", interrupt)
        assert commands.main(["up"]) == 1
        assert "run it again" in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("output", "told"),
        [
            (
                "working\nE: Unable to locate package x\n",
                "E: Unable to locate package x",
            ),
            ("tar: x: Cannot write: No space left on device\nbye\n", "disk full"),
            (
                "Traceback (most recent call last):\n  File x\nKeyError: 'a'\nbye\n",
                "KeyError: 'a'",
            ),
            (
                "1 INFO db x: fine\n1 CRITICAL db x: lost\n1 INFO db y: bye\n",
                "CRITICAL",
            ),
            ("\n", "it said nothing"),
        ],
    )
    def test_reason_is_picked_from_what_a_program_said(self, output, told):
        assert told in process.reason(output)

    def test_failed_program_is_told_with_its_log(self, tmp_path):
        with pytest.raises(
            HostError, match="counting failed: fatal: no numbers"
        ) as told:
            process.run(["sh", "-c", "echo fatal: no numbers; exit 3"], "counting")
        assert str(tmp_path / "log" / "host.log") in str(told.value)
        assert "fatal: no numbers" in (tmp_path / "log" / "host.log").read_text()

    def test_missing_program_is_told(self):
        with pytest.raises(HostError, match="cannot run no-such-program"):
            process.run(["no-such-program"], "counting")


class TestDebian:
    def test_mirror_is_the_one_of_the_machine(self, monkeypatch, tmp_path):
        listed = (
            "Packages Debian contrib http://mirror.test/debian/\n"
            "Packages Debian main http://mirror.test/debian-security/\n"
            "Packages Debian main http://mirror.test/debian/\n"
        )
        _programs(monkeypatch, tmp_path, apt_get=f"cat <<'END'\n{listed}END")
        assert debian.mirror() == "http://mirror.test/debian/"

    def test_machine_without_package_lists_reads_them_aside(
        self, monkeypatch, tmp_path
    ):
        script = 'case "$*" in *machine*indextargets*) '
        script += "echo Packages Debian main http://mirror.test/debian/;; esac"
        _programs(monkeypatch, tmp_path, apt_get=script)
        assert debian.mirror() == "http://mirror.test/debian/"

    def test_machine_without_apt_is_told_the_other_ways(self, monkeypatch):
        monkeypatch.setattr(debian.shutil, "which", lambda _: None)
        with pytest.raises(HostError, match="no apt: name an Odoo 19.0 with ODOO_BIN"):
            debian.mirror()

    def test_machine_of_another_family_is_told_the_other_ways(
        self, monkeypatch, tmp_path
    ):
        _programs(monkeypatch, tmp_path, apt_get="echo Packages Ubuntu main http://u/")
        with pytest.raises(HostError, match="names no Debian mirror"):
            debian.mirror()

    def test_no_network_is_one_line(self, monkeypatch, tmp_path):
        fails = 'case "$*" in *indextargets*) echo Packages Debian main http://m/;; '
        fails += "*) echo 'E: Failed to fetch http://m/'; exit 100;; esac"
        _programs(monkeypatch, tmp_path, apt_get=fails)
        monkeypatch.setattr(debian, "KEYRING", tmp_path)
        with pytest.raises(HostError, match="is there a network.* E: Failed to fetch"):
            debian.Apt().update()

    def test_private_apt_touches_nothing_of_the_system(self):
        told = " ".join(debian.Apt().options())
        for setting in ("State::Lists", "Cache", "Etc::SourceParts"):
            folder = re.search(rf"Dir::{setting}=(\S+)", told)[1]
            assert Path(folder).is_relative_to(layout.cache())
        assert "-oDir::State::status=/dev/null" in told


class TestSource:
    def test_named_odoo_is_used(self, monkeypatch, tmp_path):
        monkeypatch.setenv("ODOO_BIN", str(_odoo_tree(tmp_path / "mine")))
        assert source.source_root() == tmp_path / "mine"

    @pytest.mark.parametrize(
        ("series", "told"),
        [("(20, 0, 0)", r"is Odoo 20\.0"), ("unknown", "is Odoo unknown")],
    )
    def test_named_odoo_of_another_series_is_refused(
        self, monkeypatch, tmp_path, series, told
    ):
        monkeypatch.setenv("ODOO_BIN", str(_odoo_tree(tmp_path / "mine", series)))
        with pytest.raises(HostError, match=told):
            source.source_root()

    def test_named_file_that_is_missing_is_told(self, monkeypatch, tmp_path):
        monkeypatch.setenv("ODOO_BIN", str(tmp_path / "nothing"))
        with pytest.raises(HostError, match="is not a file"):
            source.source_root()

    def test_named_program_that_is_no_odoo_is_told(self, monkeypatch, tmp_path):
        program = tmp_path / "program"
        program.write_text("#!/bin/false\n")
        monkeypatch.setenv("ODOO_BIN", str(program))
        with pytest.raises(HostError, match="leads to no Odoo"):
            source.source_root()

    @pytest.mark.parametrize("version", ["", "20.0.0+dfsg-1", "18.0.0-1"])
    def test_other_series_of_debian_is_refused(self, monkeypatch, version):
        monkeypatch.setattr(debian.Apt, "update", lambda _: None)
        monkeypatch.setattr(debian.Apt, "candidate", lambda *_: version)
        with pytest.raises(HostError, match="and 19.0 is needed: name an Odoo"):
            source.source_root()
        assert not list(layout.cache().glob("odoo*"))

    def test_newer_upload_is_taken_with_a_warning(self, monkeypatch, capsys):
        def download(_apt, _packages, folder):
            (folder / "odoo-19_19.0.1_all.deb").write_text("newer")
            return [folder / "odoo-19_19.0.1_all.deb"]

        monkeypatch.setattr(debian.Apt, "update", lambda _: None)
        monkeypatch.setattr(debian.Apt, "candidate", lambda *_: "19.0.1+dfsg-1")
        monkeypatch.setattr(debian.Apt, "download", download)
        monkeypatch.setattr(source, "unpack", lambda *_: None)
        root = source.source_root()
        assert (root / "odoo" / source.STUB).is_file()
        assert "warning: odoo-19 19.0.1+dfsg-1 is newer" in capsys.readouterr().err
        assert source.source_root() == root  # from the cache, without apt

    def test_download_that_fails_leaves_nothing_that_looks_whole(self, monkeypatch):
        def download(_apt, _packages, folder):
            (folder / "odoo-19_19.0.0_all.deb").write_text("half")
            raise HostError("downloading failed")

        monkeypatch.setattr(debian.Apt, "update", lambda _: None)
        monkeypatch.setattr(debian.Apt, "candidate", lambda *_: "19.0.0+dfsg-1")
        monkeypatch.setattr(debian.Apt, "download", download)
        with pytest.raises(HostError):
            source.source_root()
        assert not list(layout.cache().glob("odoo*"))


class TestKilledHalfWay:
    def test_folder_appears_whole_or_not_at_all(self, tmp_path):
        with (
            pytest.raises(ZeroDivisionError),
            files.appearing(tmp_path / "tree") as part,
        ):
            (part / "file").write_text("half")
            raise ZeroDivisionError
        assert not list(tmp_path.glob("tree*"))

    def test_what_a_killed_run_left_is_removed(self, tmp_path):
        (tmp_path / "tree.partial-1").mkdir()
        with files.appearing(tmp_path / "tree") as part:
            (part / "file").write_text("whole")
        assert [path.name for path in tmp_path.glob("tree*")] == ["tree"]
        assert files.ready(tmp_path / "tree")

    def test_lock_of_a_killed_run_is_free(self, tmp_path):
        lock = tmp_path / "lock"
        holder = subprocess.Popen(
            [
                sys.executable,
                "-c",
                "import sys; from pathlib import Path; from host.files import locked\n"
                "with locked(Path(sys.argv[1])):\n"
                "    print('held', flush=True); sys.stdin.read()",
                str(lock),
            ],
            cwd=Path(files.__file__).parents[1],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert holder.stdout.readline() == b"held\n"
        holder.kill()
        holder.communicate()
        with files.locked(lock):
            pass

    def test_facts_cut_short_count_as_none(self):
        (layout.STATE / "state.json").write_text('{"pg_port": 54')
        assert layout.recall("pg_port", 7) == 7
        layout.remember(pg_port=8)
        assert layout.recall("pg_port") == 8

    def test_pid_that_was_given_to_another_process_is_not_ours(self):
        client = server.WebClient("web", "demo", 8069)
        client.pid_file.write_text(f"{os.getpid()}\n")
        assert client.pid == 0
        assert client.stop() is False
        assert not client.pid_file.exists()

    @pytest.mark.parametrize("content", ["", "nonsense\n", "999999999\n"])
    def test_pid_file_of_a_killed_server_is_forgotten(
        self, monkeypatch, tmp_path, content
    ):
        monkeypatch.setattr(postgres, "CLUSTER", tmp_path)
        (tmp_path / "postmaster.pid").write_text(content)
        postgres.forget_dead_server()
        assert not (tmp_path / "postmaster.pid").exists()

    def test_database_gets_its_name_when_it_is_whole(self, monkeypatch):
        said = []
        monkeypatch.setattr(postgres, "query", lambda text, *_: said.append(text))
        monkeypatch.setattr(
            database.odoo, "odoo", lambda *_, **__: said.append("install")
        )
        database.build("shop", ["crm_scoring"], log="x.log")
        assert said[-1] == 'ALTER DATABASE "shop_partial" RENAME TO "shop"'
        assert "install" in said[:-1]

    def test_installation_that_fails_gives_no_database(self, monkeypatch):
        said = []

        def fail(*_, **__):
            raise HostError("installing failed")

        monkeypatch.setattr(postgres, "query", lambda text, *_: said.append(text))
        monkeypatch.setattr(database.odoo, "odoo", fail)
        with pytest.raises(HostError):
            database.build("shop", ["crm_scoring"], log="x.log")
        assert not [text for text in said if "RENAME" in text]

    def test_environment_that_was_begun_is_made_anew(self, monkeypatch, tmp_path):
        monkeypatch.setattr(python, "ROOT", tmp_path)
        lock = tmp_path / "requirements.lock"
        lock.write_text("numpy==1\n")
        made = []

        def install(folder, _locks, *, anew):
            made.append(anew)
            (folder / "bin").mkdir(parents=True, exist_ok=True)
            (folder / "bin" / "python").touch()

        monkeypatch.setattr(python, "install", install)
        for _ in range(2):
            python.environment(tmp_path / "venv", [lock])
        lock.write_text("numpy==2\n")
        python.environment(tmp_path / "venv", [lock])
        (tmp_path / "venv" / "made-from").unlink()
        python.environment(tmp_path / "venv", [lock])
        assert made == [True, False, True]


class TestPorts:
    @pytest.fixture
    def taken(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            yield other.getsockname()[1]

    def test_named_port_that_is_taken_is_told(self, taken):
        with pytest.raises(HostError, match=f"port {taken} is taken: .* HTTP_PORT"):
            server.choose_port(str(taken), 8069)

    @pytest.mark.parametrize("named", ["http", "0", "65536", "-1"])
    def test_named_port_that_is_none_is_told(self, named):
        with pytest.raises(HostError, match="is not a port"):
            server.choose_port(named, 8069)

    def test_named_port_is_looked_at_before_anything_is_built(self, taken, monkeypatch):
        monkeypatch.setenv("HTTP_PORT", str(taken))
        monkeypatch.setattr(demo.odoo, "prepare", lambda: pytest.fail("too late"))
        with pytest.raises(HostError, match="is taken"):
            demo.run()

    def test_unnamed_port_that_is_taken_gives_the_next(self, taken):
        assert server.choose_port("", taken) > taken

    def test_web_client_that_dies_is_told_with_its_last_words(self, monkeypatch):
        client = server.WebClient("web", "demo", 8069)
        client.log.write_text("starting\nOSError: [Errno 13] Permission denied\n")
        monkeypatch.setattr(client, "responds", lambda: False)
        process = subprocess.Popen(["false"])
        process.wait()
        with pytest.raises(HostError, match="Permission denied"):
            client.wait(process)


class TestPostgres:
    def test_server_of_the_user_is_left_alone(self, monkeypatch):
        monkeypatch.setenv("PGHOST", "db.test")
        monkeypatch.setenv("PGUSER", "sales")
        monkeypatch.delenv("PGPORT", raising=False)
        postgres.start()
        assert postgres.address() == {"PGHOST": "db.test", "PGUSER": "sales"}
        assert not (layout.STATE / "pgdata").exists()

    def test_databases_keep_out_of_the_way_on_a_server_of_the_user(self, monkeypatch):
        monkeypatch.delenv("PGHOST", raising=False)
        assert postgres.own("demo") == "demo"
        monkeypatch.setenv("PGHOST", "db.test")
        assert re.fullmatch(r"customer_intelligence_\w{6}_demo", postgres.own("demo"))
        monkeypatch.setattr(postgres, "query", lambda _: ["demo", postgres.own("demo")])
        assert database.names() == [postgres.own("demo")]

    def test_ordinary_user_needs_no_trick(self, monkeypatch):
        monkeypatch.setattr(postgres.os, "geteuid", lambda: 1000)
        assert postgres.as_user(["initdb"]) == ["initdb"]

    def test_root_without_user_namespaces_is_told_the_other_ways(
        self, monkeypatch, tmp_path
    ):
        monkeypatch.setattr(postgres.os, "geteuid", lambda: 0)
        _programs(monkeypatch, tmp_path, unshare="exit 1")
        with pytest.raises(HostError, match="forbids: run as an ordinary user"):
            postgres.as_user(["initdb"])


class TestBrowser:
    @pytest.fixture(autouse=True)
    def no_browser(self, monkeypatch):
        which = browser.shutil.which
        without = {name: None for name in browser.NAMES}
        monkeypatch.setattr(
            browser.shutil, "which", lambda name: without.get(name, which(name))
        )

    def test_ordinary_user_is_told_the_one_command(self, monkeypatch, capsys):
        monkeypatch.setattr(browser.os, "geteuid", lambda: 1000)
        assert browser.provide() == ""
        told = capsys.readouterr().err
        assert "browser tests are left out; run: sudo apt-get install" in told

    def test_root_whose_apt_fails_is_told_too(self, monkeypatch, tmp_path, capsys):
        monkeypatch.setattr(browser.os, "geteuid", lambda: 0)
        _programs(monkeypatch, tmp_path, apt_get="echo 'E: no network'; exit 100")
        assert browser.provide() == ""
        assert "E: no network" in capsys.readouterr().err


class TestDemo:
    @pytest.fixture
    def updated(self, monkeypatch):
        """What the demo is told to install and update."""
        said = []
        monkeypatch.setattr(
            demo.odoo, "odoo", lambda words, *_, **__: said.extend(words)
        )
        monkeypatch.setattr(demo.CLIENT, "stop", lambda: True)
        own = ["old", "changed", "new"]
        monkeypatch.setattr(demo.template, "own_addons", lambda: own)
        monkeypatch.setattr(demo, "companies", lambda _: None)
        now = {"old": "1", "changed": "2", "new": "1", "bridge": "1"}
        monkeypatch.setattr(demo, "checksums", lambda: now)
        return said

    def test_only_what_changed_is_updated(self, updated):
        layout.remember(demo={"old": "1", "changed": "1", "bridge": "1"})
        demo.update()
        assert updated[updated.index("-i") + 1] == "new"
        assert updated[updated.index("-u") + 1] == "changed"

    def test_nothing_is_done_twice(self, updated):
        layout.remember(demo={"old": "1", "changed": "1", "bridge": "1"})
        demo.update()
        updated.clear()
        demo.update()
        assert updated == []


REPORT = """<testsuite>
<testcase classname="a" name="passes"/>
<testcase classname="a" name="fails"><failure message="two is not three"/></testcase>
<testcase classname="a" name="breaks"><error message="no cursor"/></testcase>
<testcase classname="a" name="left out"><skipped message="no Chromium"/></testcase>
</testsuite>"""


def test_tests_and_leftovers_of_tools_change_no_addon(tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "partner.py").write_text("name = 1")
    before = addons.checksum(tmp_path)
    for folder, name in (
        ("tests", "test_partner.py"),
        (".ruff_cache", "0"),
        ("models/__pycache__", "partner.cpython-311.pyc"),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text("left")
    assert addons.checksum(tmp_path) == before
    (tmp_path / "models" / "partner.py").write_text("name = 2")
    assert addons.checksum(tmp_path) != before


def test_summary_counts_every_step_and_fails_with_any(tmp_path):
    (tmp_path / "00-odoo.xml").write_text(REPORT)
    options = ["-p", "host.replay", "-p", "no:odoo", "-p", "no:cacheprovider", "-ra"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--replay-seconds=61", tmp_path],
        cwd=Path(files.__file__).parents[1],
        capture_output=True,
        text=True,
    )
    last = done.stdout.strip().splitlines()[-1]
    assert "2 failed, 1 passed, 1 skipped in 61.00s (0:01:01)" in last
    assert "no Chromium" in done.stdout
    assert done.returncode == 1


@pytest.mark.parametrize("given, expected", [(None, "1"), ("4", "4")])
def test_arithmetic_of_odoo_has_one_thread_unless_somebody_says_otherwise(
    given, expected, monkeypatch
):
    """Small fits are 20 times slower where threads wait for each other."""
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    if given:
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", given)
    monkeypatch.setattr(postgres, "address", dict)
    assert odoo.variables()["OPENBLAS_NUM_THREADS"] == expected
