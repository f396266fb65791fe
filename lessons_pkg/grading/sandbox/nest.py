"""Inside the sandbox: one submission's own namespaces, so that no two share a process, a folder or a network.

The zygote (``zygote.py``) has imported torch once. It forks a child for each submission, which comes here before it
runs a line of anybody's code. bubblewrap has taken the machine away already; this takes away the other submissions:
a new user, mount, process, network and IPC namespace, a fresh /tmp, /dev/shm and /proc, no capabilities, no way to
new ones, none of the kernel's keys (calls.py), and limits.
"""

from __future__ import annotations

import ctypes
import os
import re
import resource
from pathlib import Path

from lessons_pkg.grading.sandbox import calls

__all__ = ["close_all_but", "descend", "limit"]

# <linux/sched.h>, <linux/prctl.h>, <sys/mount.h>
NEWUSER, NEWNS, NEWPID, NEWNET, NEWIPC, NEWUTS = 0x10000000, 0x00020000, 0x20000000, 0x40000000, 0x08000000, 0x04000000
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 2, 4, 8, 4096, 16384, 1 << 18
PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 1, 24, 4, 38, 47
CAP_AMBIENT_CLEAR_ALL = 4
SYS_CAPSET = {"x86_64": 126, "aarch64": 91}

_libc = ctypes.CDLL(None, use_errno=True)


class _CapHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapData(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def descend(report_pid: int, *, megabytes: int) -> None:
    """Return in a new process that is alone in its namespaces; the one that called waits for it and ends with it.

    report_pid: a descriptor to which the new process's number, as the caller sees it, is written. megabytes: what
    /tmp holds. Raises OSError where the kernel refuses, in the process that called.
    """
    uid, gid = os.getuid(), os.getgid()
    calls.leave_keyring()
    _call("unshare", _libc.unshare(NEWUSER | NEWNS | NEWPID | NEWNET | NEWIPC | NEWUTS))
    Path("/proc/self/setgroups").write_text("deny")
    # Its name in there is root, because the settings of a namespace belong to that name; it has none of root's rights.
    Path("/proc/self/uid_map").write_text(f"0 {uid} 1")
    Path("/proc/self/gid_map").write_text(f"0 {gid} 1")
    first = os.fork()
    if first:
        os.write(report_pid, first.to_bytes(4, "little"))
        close_all_but()
        _, status = os.waitpid(first, 0)
        os._exit(min(os.waitstatus_to_exitcode(status) % 256, 255))
    os.setsid()  # else kill(0) would reach the zygote, whose group this was
    _mount(None, "/", None, MS_REC | MS_PRIVATE)
    options = f"size={megabytes}m,nr_inodes=20000,mode=700"
    _mount_tmp(options)
    _mount("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, options)
    _mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    # Whose keys there are is nobody's business in here. And a map of /dev/zero is memory that belongs to no process.
    for name in ("/proc/keys", "/proc/key-users", "/dev/zero"):
        if os.path.exists(name):
            _mount("/dev/null", name, None, MS_BIND)
    for name in ("user/max_user_namespaces", "kernel/shmmni", "kernel/msgmni"):  # no more of them from here on
        _set(name, "0")
    _drop_capabilities()
    calls.forbid()


def _mount_tmp(options: str) -> None:
    """A fresh /tmp; what bubblewrap has put into the old one, Python's environment if it lies there, is in it again."""
    places = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    places = [re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), place) for place in places]
    kept = {place: os.open(place, os.O_PATH) for place in places if place.startswith("/tmp/")}
    _mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, options)
    for place, opened in kept.items():
        os.makedirs(place)
        _mount(f"/proc/self/fd/{opened}", place, None, MS_BIND | MS_REC)
        os.close(opened)


def _set(name: str, value: str) -> None:
    path = Path("/proc/sys") / name
    if path.exists():
        path.write_text(value)


def _drop_capabilities() -> None:
    for capability in range(64):
        if _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            break  # past the last one this kernel knows
    _libc.prctl(PR_CAP_AMBIENT, CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    header, nothing = _CapHeader(0x20080522, 0), (_CapData * 2)()
    _call("capset", _libc.syscall(SYS_CAPSET[os.uname().machine], ctypes.byref(header), nothing))
    _call("prctl", _libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))


def limit(*, seconds: int, megabytes: int, processes: int | None, file_megabytes: int) -> None:
    """Limits that hold for this process and all that come from it, each by itself; the judge watches their sum.

    megabytes: on top of the addresses that are taken already, most of them by torch's libraries. processes: None
    outside of a sandbox, where everything else that the user runs would count.
    """
    statm = Path("/proc/self/statm")
    pages = int(statm.read_text().split()[0]) if statm.exists() else 0  # macOS, without a sandbox: no such count
    for what, value in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, pages * resource.getpagesize() + (megabytes << 20)),
        (resource.RLIMIT_NPROC, processes),
        (resource.RLIMIT_FSIZE, file_megabytes << 20),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_CORE, 0),
    ):
        if value is None:
            continue
        hard = resource.getrlimit(what)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (value, value))


def close_all_but(*kept: int) -> None:
    """Close every descriptor except these; 0, 1 and 2 lead to nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    low = 3
    for one in sorted(kept):
        os.closerange(low, one)
        low = one + 1
    os.closerange(low, 65536)


def _mount(source: str | None, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    words = [word.encode() if word is not None else None for word in (source, target, kind)]
    done = _libc.mount(*words, ctypes.c_ulong(flags), options.encode() if options else None)
    _call(f"mount {target}", done)


def _call(what: str, returned: int) -> None:
    if returned != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
