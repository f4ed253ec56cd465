"""A world of its own for each run: processes, mounts, network, and no privileges in it.

The zygote keeps a few capabilities over the namespaces that bubblewrap made (to unshare and
mount, to raise the loopback, to forbid more nesting). A child uses them
to leave for namespaces of its own and drops them all before any tested code runs. The kernel then
does what no bookkeeping can: when the child's first process ends, every process it started is
killed and every file it wrote is gone, and no run can see or reach another.

It refuses to go half way: any step that fails raises, and the caller falls back as a whole.
"""

from __future__ import annotations

import ctypes
import os
import socket
import struct
from contextlib import suppress

# From <linux/sched.h>, <linux/mount.h>, <linux/prctl.h>, <linux/capability.h>, <net/if.h>.
_NEW_MOUNTS, _NEW_IPC, _NEW_PIDS, _NEW_NET = 0x20000, 0x8000000, 0x20000000, 0x40000000
_READ_ONLY, _NO_SUID, _NO_DEVICES, _NO_EXEC, _REMOUNT = 1, 2, 4, 8, 32
_BIND, _RECURSIVE, _PRIVATE = 4096, 16384, 1 << 18
_SET_DEATH_SIGNAL, _SET_DUMPABLE, _SET_SUBREAPER, _NO_NEW_PRIVILEGES = 1, 4, 36, 38
_CAPABILITY_VERSION_3 = 0x20080522
_SET_FLAGS, _UP_AND_RUNNING = 0x8914, 0x41

_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    _checked(
        _libc.mount(
            source.encode(),
            target.encode(),
            kind.encode() if kind else None,
            ctypes.c_ulong(flags),
            options.encode() or None,
        )
    )


def _process_control(option: int, value: int) -> None:
    with suppress(AttributeError):  # not Linux
        _libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0)


def die_with_parent(signal_number: int) -> None:
    """Have the kernel send this process `signal_number` when its parent dies."""
    _process_control(_SET_DEATH_SIGNAL, signal_number)


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent ends, instead of the machine's first."""
    _process_control(_SET_SUBREAPER, 1)


def set_traceable(traceable: bool) -> None:
    """Whether processes of the same user may look into this one's memory."""
    _process_control(_SET_DUMPABLE, int(traceable))


def fork_into_new_process_namespace(own: int) -> int:
    """Fork; the child is the first process of a new namespace and sees no other.

    `own` is an open descriptor of this process's own process namespace, to which later forks
    return. Raises OSError where the kernel does not allow it.
    """
    _checked(_libc.unshare(_NEW_PIDS))
    try:
        child = os.fork()
    except OSError:
        _checked(_libc.setns(own, _NEW_PIDS))
        raise
    if child != 0:
        _checked(_libc.setns(own, _NEW_PIDS))
    return child


def leave_for_own_world(scratch: str, bytes_of_files: int) -> None:
    """Take mounts, network and shared memory of its own, then give up every privilege.

    `scratch` becomes an empty file system in memory that holds at most `bytes_of_files`, with
    the folders `workspace` and `tmp`; the latter is `/tmp` as well, where only what had been
    mounted below it is left: the interpreter may live there.
    """
    _checked(_libc.unshare(_NEW_MOUNTS | _NEW_IPC | _NEW_NET))
    _mount("none", "/", None, _RECURSIVE | _PRIVATE)
    plain = _NO_SUID | _NO_DEVICES
    _mount("tmpfs", scratch, "tmpfs", plain, f"size={bytes_of_files},nr_inodes=50k,mode=755")
    os.mkdir(f"{scratch}/workspace")
    os.mkdir(f"{scratch}/tmp")
    os.mkdir(f"{scratch}/shared")
    _carry_mounts("/tmp", f"{scratch}/tmp")
    _mount(f"{scratch}/tmp", "/tmp", None, _BIND | _RECURSIVE)
    _mount(f"{scratch}/shared", "/dev/shm", None, _BIND)
    _mount_processes(plain | _NO_EXEC)
    _raise_loopback()
    drop_privileges()


def _carry_mounts(old: str, new: str) -> None:
    """Mount what is mounted below the folder `old` below the folder `new` too."""
    with open("/proc/self/mountinfo") as table:
        points = [line.split()[4].encode().decode("unicode_escape") for line in table]
    carried: list[str] = []
    for point in sorted(point for point in points if point.startswith(f"{old}/")):
        if not any(point.startswith(f"{above}/") for above in carried):
            target = new + point.removeprefix(old)
            if os.path.isdir(point):
                os.makedirs(target, exist_ok=True)
            else:
                os.makedirs(os.path.dirname(target), exist_ok=True)
                os.close(os.open(target, os.O_CREAT | os.O_WRONLY))
            _mount(point, target, None, _BIND | _RECURSIVE)
            carried.append(point)


def _mount_processes(flags: int) -> None:
    """Mount /proc of the new namespace, read-only: as root, its settings could be written."""
    _mount("proc", "/proc", "proc", flags)
    # Nesting would hand the tested code privileges again, if only over a world of its own.
    with suppress(OSError), open("/proc/sys/user/max_user_namespaces", "w") as setting:
        setting.write("0")
    _mount("proc", "/proc", None, flags | _REMOUNT | _BIND | _READ_ONLY)


def _raise_loopback() -> None:
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sH14x", b"lo", _UP_AND_RUNNING))


def drop_privileges() -> None:
    """Give up all capabilities for good, for this process and all that it starts."""
    _process_control(_NO_NEW_PRIVILEGES, 1)
    header = struct.pack("<Ii", _CAPABILITY_VERSION_3, 0)
    _checked(_libc.capset(header, bytes(24)))
