"""Inside the sandbox: calls of the kernel that no submission gets.

Keys of the kernel belong to a user, not to a namespace: through them the submissions of a class, the two runs of one,
and whoever grades could meet. And memory that no process has mapped is memory that the watch (worker.py) cannot count;
without the calls below, what processes share are files of /tmp and /dev/shm, which hold only so much.
"""

from __future__ import annotations

import ctypes
import errno
import os

__all__ = ["forbid", "leave_keyring"]

# <asm/unistd.h>, <linux/audit.h>
ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
KEYCTL = {"x86_64": 250, "aarch64": 219}
MMAP = {"x86_64": 9, "aarch64": 222}
SOCKET = {"x86_64": 41, "aarch64": 198}
SETSOCKOPT = {"x86_64": 54, "aarch64": 208}
FORBIDDEN = {  # add_key, request_key, keyctl, memfd_create, memfd_secret, bpf (its maps are memory), io_uring_setup
    "x86_64": (248, 249, 250, 319, 447, 321, 425),
    "aarch64": (217, 218, 219, 279, 447, 280, 425),
}
OTHER_CALLS = 0x40000000  # and above: x86's second table of the same calls
MAP_SHARED, MAP_ANONYMOUS, MAP_HUGETLB = 0x01, 0x20, 0x40000
SO_SNDBUF = 7
FAMILIES = (1, 2, 10, 16)  # AF_UNIX, AF_INET, AF_INET6, AF_NETLINK: the others know no namespace, or no limit
JOIN_SESSION_KEYRING = 1
PR_SET_SECCOMP, MODE_FILTER = 22, 2
# <linux/filter.h>: load a word of what is known of the call, compare, return
LOAD, AND, IF_EQUAL, IF_AT_LEAST, IF_ANY_BIT, RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06
NUMBER_AT, ARCHITECTURE_AT, ARGUMENTS_AT = 0, 4, (16, 24, 32, 40)  # struct seccomp_data; of arguments the low half
ALLOW, DENY = 0x7FFF0000, 0x00050000 | errno.EPERM

_libc = ctypes.CDLL(None, use_errno=True)


class _Line(ctypes.Structure):
    _fields_ = (("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("value", ctypes.c_uint32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("lines", ctypes.POINTER(_Line)))


def leave_keyring() -> None:
    """Begin an empty session keyring, so that whoever started this has no keys in here. Raises OSError."""
    call, nobody = KEYCTL[os.uname().machine], None
    if _libc.syscall(call, ctypes.c_long(JOIN_SESSION_KEYRING), nobody) >= 0:
        return
    number = ctypes.get_errno()
    if number not in (errno.ENOSYS, errno.EPERM):  # with these there are no keys in here at all
        raise OSError(number, f"keyctl: {os.strerror(number)}")


def forbid() -> None:
    """From here on this process and its children get EPERM from the forbidden calls. Needs no_new_privs.

    Raises OSError where the kernel cannot do that.
    """
    lines = _lines(os.uname().machine)
    program = _Program(len(lines), (_Line * len(lines))(*lines))
    if _libc.prctl(PR_SET_SECCOMP, MODE_FILTER, ctypes.byref(program), 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"seccomp: {os.strerror(number)}")


def _lines(machine: str) -> list[tuple[int, int, int, int]]:
    """The filter: code, how many lines to skip if it holds and if not, value."""
    deny, allow = (RETURN, 0, 0, DENY), (RETURN, 0, 0, ALLOW)
    lines = [(LOAD, 0, 0, ARCHITECTURE_AT), (IF_EQUAL, 1, 0, ARCHITECTURE[machine]), deny]
    lines += [(LOAD, 0, 0, NUMBER_AT), (IF_AT_LEAST, 0, 1, OTHER_CALLS), deny]
    for call in FORBIDDEN[machine]:
        lines += [(IF_EQUAL, 0, 1, call), deny]
    # Memory that is shared and no file stays as long as one page of it is mapped: counting what is mapped says nothing.
    shared = MAP_SHARED | MAP_ANONYMOUS
    lines += [(IF_EQUAL, 0, 6, MMAP[machine]), (LOAD, 0, 0, ARGUMENTS_AT[3]), (IF_ANY_BIT, 2, 0, MAP_HUGETLB)]
    lines += [(AND, 0, 0, shared), (IF_EQUAL, 0, 1, shared), deny, allow]
    # A socket's buffer is the kernel's memory: each keeps the size that the watch counts for it.
    lines += [(IF_EQUAL, 0, 4, SETSOCKOPT[machine]), (LOAD, 0, 0, ARGUMENTS_AT[2])]
    lines += [(IF_EQUAL, 0, 1, SO_SNDBUF), deny, allow]
    lines += [(IF_EQUAL, 0, len(FAMILIES) + 3, SOCKET[machine]), (LOAD, 0, 0, ARGUMENTS_AT[0])]
    lines += [(IF_EQUAL, len(FAMILIES) - i, 0, family) for i, family in enumerate(FAMILIES)]
    return [*lines, deny, allow, allow]
