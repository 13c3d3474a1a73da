"""The files for containers and contributors: valid, and of one mind with the rest."""

import configparser
import json
import re

import pytest
import yaml

from host.addons import FOLDERS, addons
from host.layout import ROOT
from host.python import UV
from host.source import SERIES

INSIDE = "/mnt/customer-intelligence"


def read(name):
    return (ROOT / name).read_text()


def locked(name, package):
    """The version of a Python package in a lock file."""
    return re.search(rf"^{package}==(\S+)", read(name), re.MULTILINE)[1]


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load(read("docker-compose.yml"))


@pytest.fixture(scope="module")
def hooks():
    config = yaml.safe_load(read(".pre-commit-config.yaml"))
    return {repo["repo"].rsplit("/", 1)[-1]: repo for repo in config["repos"]}


class TestContainers:
    def test_image_is_the_official_one_of_the_series(self):
        assert f"FROM odoo:{SERIES.split('.')[0]}\n" in read("Dockerfile")

    def test_image_gets_the_addons_their_packages_and_the_settings(self):
        dockerfile = read("Dockerfile")
        assert f"WORKDIR {INSIDE}\n" in dockerfile
        assert "pip3 install --no-cache-dir --break-system-packages" in dockerfile
        assert "COPY . .\n" in dockerfile
        assert "COPY odoo.conf /etc/odoo/odoo.conf\n" in dockerfile
        assert dockerfile.rstrip().endswith("USER odoo")

    def test_image_leaves_no_addon_out(self):
        left_out = set(read(".dockerignore").split())
        assert not left_out & (set(addons()) | {"addons"})

    def test_addons_path_is_the_layout_of_the_tree(self):
        config = configparser.ConfigParser(interpolation=None)
        config.read_string(read("odoo.conf"))
        inside = [
            f"{INSIDE}/{folder.relative_to(ROOT)}".removesuffix("/.")
            for folder in FOLDERS
        ]
        assert config["options"]["addons_path"].split(",") == inside

    def test_services_wait_for_each_other(self, compose):
        services = compose["services"]
        assert set(services) == {"db", "setup", "odoo"}
        waits = services["odoo"]["depends_on"]
        assert waits["db"]["condition"] == "service_healthy"
        assert waits["setup"]["condition"] == "service_completed_successfully"
        assert {"healthcheck", "volumes"} <= set(services["odoo"])
        assert {"healthcheck", "volumes"} <= set(services["db"])

    def test_data_outlives_the_containers(self, compose):
        mounted = {
            volume.split(":")[0]
            for service in compose["services"].values()
            for volume in service["volumes"]
        }
        assert mounted == set(compose["volumes"])

    def test_passwords_come_from_the_environment(self, compose):
        for service in compose["services"].values():
            for name, value in service["environment"].items():
                assert "PASSWORD" not in name or value.startswith("${DB_PASSWORD:-")

    def test_web_client_is_for_this_machine_unless_changed(self, compose):
        assert compose["services"]["odoo"]["ports"] == [
            "127.0.0.1:${HTTP_PORT:-8069}:8069"
        ]


class TestLinters:
    def test_ruff_is_the_same_for_contributors(self, hooks):
        version = locked("requirements-lint.lock", "ruff")
        assert hooks["ruff-pre-commit"]["rev"] == f"v{version}"

    def test_pylint_is_the_same_for_contributors(self, hooks):
        version = locked("requirements-lint.lock", "pylint-odoo")
        assert hooks["pylint-odoo"]["rev"] == f"v{version}"

    def test_prettier_and_eslint_are_the_same_for_contributors(self, hooks):
        wanted = json.loads(read("package.json"))["devDependencies"]
        packages = json.loads(read("package-lock.json"))["packages"]
        named = {
            package
            for hook in hooks["local"]["hooks"]
            for package in hook["additional_dependencies"]
        }
        assert named == {f"{name}@{version}" for name, version in wanted.items()}
        for name, version in wanted.items():
            assert packages[f"node_modules/{name}"]["version"] == version


class TestLocks:
    @pytest.mark.parametrize("name", ["requirements", "requirements-engine"])
    def test_what_the_addons_need_is_pinned(self, name):
        wanted = re.findall(r"^[\w-]+", read("requirements.txt"), re.MULTILINE)
        assert all(locked(f"{name}.lock", package) for package in wanted)

    def test_the_engine_is_tested_with_the_packages_it_runs_with(self):
        pins = re.findall(
            r"^(\S+==\S+)", read("requirements-engine.lock"), re.MULTILINE
        )
        assert set(pins) <= set(
            re.findall(r"^(\S+==\S+)", read("requirements.lock"), re.MULTILINE)
        )

    def test_every_package_carries_its_hashes(self):
        for name in ("requirements", "requirements-engine", "requirements-lint"):
            blocks = re.split(r"^(?=\w)", read(f"{name}.lock"), flags=re.MULTILINE)
            assert all("--hash=sha256:" in block for block in blocks if block.strip())

    def test_npm_lock_names_no_registry(self):
        packages = json.loads(read("package-lock.json"))["packages"]
        assert not [name for name, entry in packages.items() if "resolved" in entry]

    def test_installer_has_one_version(self):
        assert re.fullmatch(r"\d+\.\d+\.\d+", UV)
