"""Outside: the bubblewrap command that a zygote is started with.

The sandbox sees /usr, the Python in use, its environment and one staged copy of the package, all read-only, and nothing
else of this machine. Started as root, bubblewrap itself runs as a user that exists nowhere: limits on processes do not
bind root. Where that user could not walk to the Python in use (below /root, say), root puts it within reach,
in a mount namespace of its own.
"""

from __future__ import annotations

import functools
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from lessons_pkg.grading.sandbox.errors import NoSandbox

__all__ = ["FIRST_USER", "available", "command", "environment"]

FIRST_USER = 64320  # and upwards: no account has these numbers; each worker has its own
HELP = (
    "Install bubblewrap (apt-get install bubblewrap), grade in a container (see the instructor's guide), "
    "or name --unsafe-no-sandbox to run the submissions with your own rights."
)


def environment() -> dict[str, str]:
    """All that a submission finds in its environment."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": "/tmp",
        "LANG": "C.UTF-8",
        "PYTHONPATH": "/course",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONSAFEPATH": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": "/tmp/matplotlib",
        "IPYTHONDIR": "/tmp/ipython",
        "LESSONS_PROGRESS": "0",
        "LESSONS_SANDBOX": "1",
    }


def command(course: Path, control_fd: int, number: int) -> list[str]:
    """bwrap and its arguments, the zygote's with them; as root, what comes before it too.

    course: the staged folder that holds lessons_pkg. control_fd: the zygote's socket, inherited. number: which worker.
    """
    seen = [*_seen(), (course, Path("/course"))]
    hidden = [source for source, _ in seen if os.geteuid() == 0 and not _open_to_all(source)]
    reach = course.parent / "reach"
    reach.mkdir(exist_ok=True)
    places = {source: reach / str(place) for place, source in enumerate(hidden)}
    words = ["bwrap", "--unshare-all", "--unshare-user", "--die-with-parent", "--new-session", "--hostname", "sandbox"]
    # Before what is seen: an environment below /tmp is put into it.
    words += ["--proc", "/proc", "--dev", "/dev", "--size", str(256 << 20), "--tmpfs", "/tmp"]
    for source, target in seen:
        words += ["--ro-bind", str(places.get(source, source)), str(target)]
    for link in map(Path, ("/bin", "/lib", "/lib64", "/lib32", "/sbin")):
        if link.is_symlink():
            words += ["--symlink", os.readlink(link), str(link)]
        elif link.is_dir():
            words += ["--ro-bind", str(link), str(link)]
    words += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/", "--clearenv"]
    for name, value in environment().items():
        words += ["--setenv", name, value]
    words += [sys.executable, "-m", "lessons_pkg.grading.sandbox.zygote", str(control_fd)]
    return _as_user(words, FIRST_USER + number, places) if os.geteuid() == 0 else words


def _as_user(words: list[str], user: int, places: dict[Path, Path]) -> list[str]:
    """The command as that user. places: folders that the user could not walk to, and where it is to find them."""
    drop = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--no-new-privs", "--", *words]
    if not places:
        return drop
    # In a mount namespace of its own, which is gone when bwrap ends: nothing on the machine changes.
    reach = shlex.quote(str(next(iter(places.values())).parent))
    lines = ["set -e", f"mount -t tmpfs -o mode=755 none {reach}"]
    for source, place in places.items():
        target = shlex.quote(str(place))
        lines += [f"mkdir {target}", f"mount --bind {shlex.quote(str(source))} {target}"]
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c", "\n".join([*lines, 'exec "$@"']), "sh", *drop]


def _open_to_all(path: Path) -> bool:
    return all(one.stat().st_mode & 0o001 for one in (path, *path.parents))


def _seen() -> list[tuple[Path, Path]]:
    """The folders of this machine that Python and its packages are in, none inside another."""
    wanted = [Path("/usr"), Path(sys.base_prefix), Path(sys.prefix)]
    wanted += [Path(sysconfig.get_paths()[name]) for name in ("purelib", "platlib", "stdlib", "platstdlib")]
    course = Path(__file__).resolve().parents[3]
    wanted += [one for one in map(Path, sys.path) if one.name in ("site-packages", "dist-packages")]
    wanted = sorted({one.absolute() for one in wanted if one.is_dir()})
    outermost = [one for one in wanted if not any(other != one and other in one.parents for other in wanted)]
    inside = [one for one in outermost if one in (course, *course.parents)]
    if inside:
        raise NoSandbox(
            f"The Python in use lies in {inside[0]}, which holds this course too: use an environment of its own."
        )
    return [(one, one) for one in outermost]


@functools.cache
def available() -> str:
    """Why there is no sandbox on this machine; empty if there is one."""
    bwrap = shutil.which("bwrap")
    if not sys.platform.startswith("linux"):
        return f"The sandbox needs Linux. {HELP}"
    if bwrap is None:
        return f"There is no bubblewrap on this machine. {HELP}"
    words = [bwrap, "--unshare-all", "--unshare-user", "--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib"]
    words += ["--symlink", "usr/lib64", "/lib64", "--proc", "/proc", "--dev", "/dev", "/usr/bin/true"]
    user = {"user": FIRST_USER, "group": FIRST_USER, "extra_groups": []} if os.geteuid() == 0 else {}
    tried = subprocess.run(words, capture_output=True, text=True, check=False, cwd="/", **user)
    if tried.returncode:
        return f"bubblewrap does not work here ({tried.stderr.strip()[:300]}). {HELP}"
    return ""
