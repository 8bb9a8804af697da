"""Where does the work on many parts run? In this process, in several on this machine, or on a cluster: one setting.

`work` is a function that a process can import, given one part at a time; its result must not depend on where or in what order
it runs. Locally by `concurrent.futures`, on a cluster by Dask (the extra `cluster`), which runs a part again when the worker
that had it dies. Nothing here schedules anything itself.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from importlib import import_module
from multiprocessing.connection import wait
from typing import Any, Literal, TypeVar

from tongchi.errors import EngineError

Engine = Literal["local", "cluster"]
Part = TypeVar("Part")
Result = TypeVar("Result")

ATTEMPTS = 3  # how often parts that a dead worker took with it are given out


def run_partitions(
    work: Callable[[Part], Result],
    parts: Sequence[Part],
    *,
    engine: Engine = "local",
    workers: int = 2,
    scheduler: str | None = None,
) -> Iterator[Result]:
    """Yield the result of `work` for every part, in the order in which they are done.

    `scheduler` is the address of a running Dask cluster; without one the cluster engine starts its own workers on
    this machine, listening on the loopback address only. Raises `EngineError` where the engine is not installed or
    its workers die again and again, and whatever `work` raises.
    """
    if engine == "cluster":
        yield from _on_cluster(work, parts, workers, scheduler)
    elif workers < 2 or len(parts) < 2:
        for part in parts:
            yield work(part)
    else:
        yield from _on_this_machine(work, parts, workers)


def _on_this_machine(work: Callable[[Part], Result], parts: Sequence[Part], workers: int) -> Iterator[Result]:
    """Run in processes started afresh ("spawn"); when one is killed, the parts not done are given out again."""
    left = dict(enumerate(parts))
    for _ in range(ATTEMPTS):
        try:
            context = multiprocessing.get_context("spawn")
            with ProcessPoolExecutor(workers, mp_context=context, initializer=end_with_parent) as pool:
                futures = {pool.submit(work, part): at for at, part in left.items()}
                try:
                    for future in as_completed(futures):
                        result = future.result()
                        del left[futures[future]]
                        yield result
                except BaseException:  # an error, Ctrl-C, a caller who needs no more: what waits is not begun
                    pool.shutdown(cancel_futures=True)
                    raise
            return
        except BrokenProcessPool:
            continue
    raise EngineError(
        found=f"{len(left)} 个分块的进程反复中止 / workers died on {len(left)} parts",
        advice="请减少 --workers，或检查内存 / Use fewer --workers, or check the memory",
    )


def end_with_parent() -> None:
    """Make this process end when the one that started it is killed; it would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _on_cluster(
    work: Callable[[Part], Result], parts: Sequence[Part], workers: int, scheduler: str | None
) -> Iterator[Result]:
    try:
        distributed: Any = import_module("distributed")
    except ImportError as error:
        raise EngineError(
            found=f"没有安装 dask.distributed / not installed ({error.name})",
            advice="pip install 'tongchi[cluster]'",
        ) from error
    cluster: Any = scheduler or distributed.LocalCluster(
        n_workers=workers, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=40
    )
    try:
        with distributed.Client(cluster) as client:
            futures = client.map(work, list(parts), pure=False, retries=ATTEMPTS)
            for future in distributed.as_completed(futures):
                yield future.result()
    except distributed.KilledWorker as error:
        raise EngineError(found=str(error), advice="请检查工作节点的内存 / Check the memory of the workers") from error
    finally:
        if scheduler is None:
            cluster.close()
