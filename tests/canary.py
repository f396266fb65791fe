"""What a submission could damage, find or reach outside its sandbox, and whether it has."""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

import psutil

MARK = "lessons-was-here"  # in the name of every file that an attack writes, and in what it sends
CANARY = "lessons-canary"  # in the name of everything that an attack is to look for
PORT = 47113
KEY_CALLS = {"x86_64": (248, 250), "aarch64": (217, 219)}  # add_key, keyctl
SESSION_KEYRING, JOIN_SESSION_KEYRING = -3, 1
ROOT = Path(__file__).resolve().parents[1]


class Canary:
    """Files, an environment variable, a key of the kernel, a process, sockets; ``traces`` says what came of them.

    users: the numbers of the accounts that sandboxes run as, where that is not the account of the tests.
    """

    def __init__(self, users: tuple[int, ...] = ()) -> None:
        self.users = users

    def __enter__(self) -> Canary:
        self.secret = f"{CANARY}-{os.urandom(8).hex()}"
        _keep_in_keyring(self.secret)
        os.environ["LESSONS_CANARY"] = self.secret
        tops = (Path.home(), Path(tempfile.gettempdir()), Path("/var/tmp"))
        self.folders = [Path(tempfile.mkdtemp(prefix=f"{CANARY}-", dir=top)) for top in tops if os.access(top, os.W_OK)]
        for folder in self.folders:
            folder.chmod(0o777)  # whoever can reach it may write there
            (folder / "gradebook.db").write_text(self.secret)
            (folder / "gradebook.db").chmod(0o666)
        words = [sys.executable, "-c", "import time; time.sleep(3600)", self.secret]
        self.sockets = list(self._listening())
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(words, env=os.environ | {"SECRET": self.secret}, **quiet)
        self.before = self._state()
        return self

    def __exit__(self, *_: object) -> None:
        for one in self.sockets:
            one.close()
        self.process.kill()
        self.process.wait()
        for folder in self.folders:
            shutil.rmtree(folder, ignore_errors=True)
        del os.environ["LESSONS_CANARY"]

    def _listening(self) -> list[socket.socket]:
        path = self.folders[0] / "socket"
        kinds = [
            (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", PORT)),
            (socket.AF_UNIX, socket.SOCK_STREAM, str(path)),
        ]
        kinds += [(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", PORT))]
        kinds += [(socket.AF_UNIX, socket.SOCK_STREAM, f"\0{CANARY}")]
        found = []
        for family, kind, address in kinds:
            one = socket.socket(family, kind)
            if family == socket.AF_INET:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind(address)
            if kind == socket.SOCK_STREAM:
                one.listen()
            one.setblocking(False)
            found.append(one)
        path.chmod(0o777)
        return found

    def traces(self) -> list[str]:
        """What has changed since the start, one line each; empty if nothing has."""
        now = self._state()
        found = [f"{name}: {self.before.get(name)} is now {now.get(name)}" for name in self.before.keys() | now.keys()
                 if self.before.get(name) != now.get(name)]  # fmt: skip
        if self.process.poll() is not None or self.process_state() == psutil.STATUS_STOPPED:
            found.append("a process of somebody else was ended or stopped")
        for one in self.sockets:
            try:
                one.accept() if one.type == socket.SOCK_STREAM else one.recv(100)
                found.append(f"something reached the socket {one.getsockname()}")
            except BlockingIOError:
                continue
        return sorted(found)

    def process_state(self) -> str:
        """The state of the process that is to survive, in psutil's words."""
        return psutil.Process(self.process.pid).status()

    def _state(self) -> dict[str, str]:
        """Names to what is there now: files of the repository, its surroundings, and whatever bears the mark."""
        state = {str(path): _digest(path) for folder in self.folders for path in sorted(folder.rglob("*"))}
        words = ["git", "-C", str(ROOT), "status", "--porcelain", "--untracked-files=all"]
        status = subprocess.run(words, capture_output=True, text=True, check=True).stdout
        state["git status"] = "\n".join(line for line in status.splitlines() if "__pycache__" not in line)
        for name in (
            "/etc/passwd",
            "/etc/ld.so.preload",
            "/etc/crontab",
            Path.home() / ".bashrc",
            Path.home() / ".profile",
        ):
            state[str(name)] = _digest(Path(name))
        data = Path(os.environ.get("LESSONS_DATA", "/nowhere"))
        state |= {str(path): str(path.stat().st_size) for path in data.rglob("*") if path.is_file()}
        state |= {line.split(" ", 8)[-1]: "a key" for line in keys() if MARK in line}
        paths = sysconfig.get_paths()
        for place in (Path.home(), tempfile.gettempdir(), "/var/tmp", "/dev/shm", "/", "/etc", "/usr", "/opt", "/run",
                      "/usr/local/bin", "/var/spool/cron", ROOT, ROOT.parent, ROOT / "tests", ROOT / "solutions",
                      paths["purelib"], paths["stdlib"], data):  # fmt: skip
            state |= {str(path): "left there" for path in Path(place).glob(f"*{MARK}*")}
        for place in (tempfile.gettempdir(), "/var/tmp", "/dev/shm"):
            for path in Path(place).glob("*"):
                if _owner(path) in self.users:
                    state[str(path)] = "left there by the sandbox's user"
        return state


def _keep_in_keyring(secret: str) -> None:
    """Begin a session keyring, as a login does, and put a key into it; nothing where the kernel has no keys for us."""
    libc = ctypes.CDLL(None)
    add, control = KEY_CALLS.get(os.uname().machine, (0, 0))
    if not add or libc.syscall(control, ctypes.c_long(JOIN_SESSION_KEYRING), None) < 0:
        return
    word = secret.encode()
    libc.syscall(add, b"user", word, word, ctypes.c_long(len(word)), ctypes.c_long(SESSION_KEYRING))


def keys() -> list[str]:
    """The keys of the kernel that this process can see, one line each."""
    try:
        return Path("/proc/keys").read_text(errors="replace").splitlines()
    except OSError:
        return []


def left_over(users: tuple[int, ...], expected: int, patience: float = 5) -> list[str]:
    """The processes of the sandboxes, if after that many seconds there still are others than the expected number.

    Counted are all of these users; without users of their own, the descendants of this process.
    """
    end = time.monotonic() + patience
    while len(found := _processes(users)) > expected and time.monotonic() < end:
        time.sleep(0.1)
    return found if len(found) > expected else []


def _processes(users: tuple[int, ...]) -> list[str]:
    mine = {one.pid for one in psutil.Process().children(recursive=True)}
    found = []
    for one in psutil.process_iter():
        try:
            words = " ".join(one.cmdline())
            here = one.uids().real in users if users else one.pid in mine
            if here and one.status() != psutil.STATUS_ZOMBIE and CANARY not in words:
                found.append(f"{one.pid} {one.status()} {words[:80]}")
        except psutil.Error:
            continue  # it has just ended
    return found


def count(users: tuple[int, ...]) -> int:
    """How many processes the sandboxes have now."""
    return len(_processes(users))


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.is_file() else str(path.exists())
    except OSError as error:
        return type(error).__name__


def _owner(path: Path) -> int:
    try:
        return path.lstat().st_uid
    except OSError:
        return -1
