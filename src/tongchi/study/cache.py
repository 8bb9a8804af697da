"""Has this step been worked out before, from the same inputs? Results on disk under the hash of all that they depend on.

A key is the hash of the step's name, its options, the bytes of the files it reads, and the program itself: version and every file of
the package, so that no result outlives the code that made it. Entries are written beside their place and moved in, so that a
run that is killed leaves whole entries only, and the next run goes on from them. An entry takes the place of the one that its step had
before.

An entry is read with an unpickler that makes classes of this package and of the tables it holds, and calls nothing else: a cache
that came with somebody else's folder can be wrong, but it cannot run code.
"""

from __future__ import annotations

import ast
import hashlib
import io
import json
import os
import pickle
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import FunctionType, MethodType
from typing import Any, TypeVar

Value = TypeVar("Value")
_FORMAT = b"tongchi-step-1\n"


class StepCache:
    """Results of steps in a folder; None keeps nothing. `used` and `made` name the steps that were found and worked out."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.used: list[str] = []
        self.made: list[str] = []

    def step(self, name: str, inputs: object, compute: Callable[[], Value]) -> Value:
        """Return the result of a step, from its entry if its inputs are the same, else worked out and kept.

        What is worked out goes through the same bytes as what is found, so that both are the same to whoever uses them.
        """
        path = None if self.folder is None else self._path(self.folder, name, inputs)
        found = None if path is None else _read(path)
        if found is not None:
            self.used.append(name)
            value: Value = found[0]
            return value
        data = pack(compute())
        if path is not None:
            _write(path, data)
            _remove_older(path, name)
        self.made.append(name)
        again: Value = unpack(data)
        return again

    def has(self, name: str, inputs: object) -> bool:
        """Return whether there is an entry, damaged or not, so that work on several steps can be shared out beforehand."""
        return self.folder is not None and self._path(self.folder, name, inputs).is_file()

    @staticmethod
    def _path(folder: Path, name: str, inputs: object) -> Path:
        return folder / f"{name}-{step_key(name, inputs)[:40]}.step"


def step_key(name: str, inputs: object) -> str:
    """Return the hash of a step: its name, its inputs (what JSON can hold; bytes by their hash) and the program."""
    text = json.dumps([name, inputs, program()], ensure_ascii=False, sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return "sha256:" + hashlib.sha256(value).hexdigest()
    raise TypeError(f"{type(value).__name__} in the inputs of a step")


def file_hash(path: Path) -> str:
    """Return the hash of the bytes of a file, "" where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


@cache
def program() -> str:
    """Return version and hash of the package: every file that can change a result."""
    import tongchi

    root = Path(tongchi.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.suffix in _SOURCES and path.is_file():
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return f"{version('tongchi')} {digest.hexdigest()}"


_SOURCES = frozenset((".py", ".toml", ".tsv", ".json", ".npz", ".npy", ".txt", ".csv"))


def _read(path: Path) -> tuple[Any] | None:
    """Return the value of an entry in a tuple, None where there is none or it is damaged."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    head, digest, body = data[: len(_FORMAT)], data[len(_FORMAT) : len(_FORMAT) + 64], data[len(_FORMAT) + 64 :]
    if head != _FORMAT or hashlib.sha256(body).hexdigest().encode() != digest:
        return None
    try:
        return (unpack(body),)
    except (pickle.UnpicklingError, AttributeError, ImportError, EOFError, IndexError, TypeError, ValueError):
        return None


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".draft-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(_FORMAT + hashlib.sha256(body).hexdigest().encode() + body)
            stream.flush()
            os.fsync(stream.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def _remove_older(path: Path, name: str) -> None:
    """Remove the entries that this one takes the place of, so that a cache holds each step once."""
    for other in path.parent.glob("*.step"):
        if other != path and other.stem.rpartition("-")[0] == name:
            other.unlink(missing_ok=True)


# --- values to bytes and back ----------------------------------------------------------------------------


class _Pickler(pickle.Pickler):
    def reducer_override(self, obj: Any) -> Any:
        """Leave out functions made inside functions and bound methods: a fit holds one for score tests, with all its rows."""
        if isinstance(obj, MethodType) or (isinstance(obj, FunctionType) and "<locals>" in obj.__qualname__):
            return left_out, ()
        return NotImplemented


def left_out() -> None:
    """Stand in for a function that an entry does not hold."""


_ALLOWED: Mapping[str, frozenset[str]] = {
    "builtins": frozenset(("set", "frozenset", "complex", "slice", "range", "object", "bytearray", "dict", "list", "tuple")),
    "collections": frozenset(("OrderedDict", "defaultdict", "Counter")),
    "copyreg": frozenset(("_reconstructor",)),
    "datetime": frozenset(("date", "datetime", "timedelta")),
    "pathlib": frozenset(("Path", "PosixPath", "WindowsPath", "PurePosixPath")),
    "pathlib._local": frozenset(("Path", "PosixPath", "WindowsPath", "PurePosixPath")),
    "numpy": frozenset(("ndarray", "dtype", "float64", "int64", "bool_", "bool")),
    "numpy._core.multiarray": frozenset(("_reconstruct", "scalar")),
    "numpy._core.numeric": frozenset(("_frombuffer",)),
    "polars.dataframe.frame": frozenset(("DataFrame",)),
    "polars.series.series": frozenset(("Series",)),
    "tongchi.study.cache": frozenset(("left_out",)),
}  # fmt: skip


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        """Return what an entry may name: classes of this package, and the few others that its results are made of."""
        if name in _ALLOWED.get(module, ()):
            return super().find_class(module, name)
        if module.startswith("tongchi.") and "." not in name:
            found = super().find_class(module, name)
            if isinstance(found, type):
                return found
        if module == "ast" and isinstance(getattr(ast, name, None), type):
            return getattr(ast, name)  # the formulas of defined parameters
        raise pickle.UnpicklingError(f"{module}.{name}")


def pack(value: object) -> bytes:
    """Return a result as bytes."""
    stream = io.BytesIO()
    _Pickler(stream, protocol=5).dump(value)
    return stream.getvalue()


def unpack(data: bytes) -> Any:
    """Return the result that `pack` made these bytes of. Raises `pickle.UnpicklingError` for what may not be in them."""
    return _Unpickler(io.BytesIO(data)).load()
