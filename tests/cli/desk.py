"""A desk to run commands at: three invented rules on reading rooms, and what a command did."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = [
    ROOT / "examples" / "sample-pair" / name for name in ("江州市机关事务管理办法.md", "岚州市机关事务管理办法.md")
]
RULE = """# {place}居民阅览室管理办法

第一条　阅览室应当每周开放不少于{hours}小时，法定节假日不得关闭。

第二条　阅览室可以安装自助借还设备[bold]，读者与座位的比例为1:100:1。

第三条　管理员应当自收到荐购申请之日起{days}日内答复申请人。
"""
PACT = """# {place}居民阅览室协作办法

第一条　本市与{other}共同制定阅览室服务标准，推进读者证互认。
"""
PLACES = {"a": ("重庆市", "四十", "十五"), "b": ("上海市", "三十", "十"), "c": ("广东省", "四十", "二十")}


@dataclass(frozen=True)
class Done:
    """What a command did: exit code, what it printed, and what it said on stderr."""

    code: int
    out: str
    err: str


Run = Callable[[str], Done]


def listing(folder: Path) -> dict[str, tuple[int, int]]:
    """Return every file and folder below, with what changes when it is touched."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
    }


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let no file grow beyond `size` bytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
