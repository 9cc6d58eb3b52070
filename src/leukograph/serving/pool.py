"""Keeps warm workers, gives each one query at a time, and kills what runs too long.

Nobody can tell from a query how long it will run. So each begins among the short ones; after LONG_SECONDS it counts
as a long one and makes room. Where as many long ones run as may, it is killed and begins anew when there is room: it
only reads. Which queries were long is remembered, so the next time they wait with their like from the start. Among
the short ones as among the long, no client has the last place, and clients take turns. The same query, asked
several times at once, runs once.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from typing import NamedTuple

from leukograph.serving.framing import Reply
from leukograph.serving.processes import Worker
from leukograph.serving.replies import problem_reply
from leukograph.serving.settings import LONG_KNOWN, LONG_SECONDS, Settings

_UNAVAILABLE, _TIMEOUT, _EXHAUSTED = 503, 504, 507
_PAUSES = (0.0, 0.2, 1.0, 5.0)


class Answered(NamedTuple):
    """A reply, and the version of the data that it was made from."""

    reply: Reply
    version: str


class Data(NamedTuple):
    """What workers are given: named contents, and their version."""

    version: str
    content: bytes


class Job:
    """One query for the workers, and all who wait for it."""

    def __init__(self, key: Hashable, request: bytes, client: str, future: "asyncio.Future[Answered]") -> None:
        """Take what to ask, and for whom."""
        self.key, self.request, self.client, self.future = key, request, client, future
        self.waiting, self.long = 0, False
        self.worker: Worker | None = None
        self.patience: asyncio.TimerHandle | None = None


class Lane:
    """Jobs that wait, by client, of which at most so many run at once; the clients take turns."""

    def __init__(self, most: int) -> None:
        """Begin with nothing."""
        self.most, self.running = most, 0
        self._by_client: dict[str, int] = {}
        self._queues: OrderedDict[str, deque[Job]] = OrderedDict()

    def add(self, job: Job) -> None:
        """Let a job wait."""
        self._queues.setdefault(job.client, deque()).append(job)

    def drop(self, job: Job) -> None:
        """Let a job wait no longer."""
        queue = self._queues.get(job.client, deque())
        if job in queue:
            queue.remove(job)
        if not queue:
            self._queues.pop(job.client, None)

    def take(self) -> Job | None:
        """Return the next job that may run, or None."""
        if self.running >= self.most:
            return None
        for client, queue in self._queues.items():
            if self._by_client.get(client, 0) < max(1, self.most - 1):
                job = queue.popleft()
                self._queues.move_to_end(client)
                if not queue:
                    del self._queues[client]
                return job
        return None

    def room(self, client: str) -> bool:
        """Tell whether one more of a client may run."""
        return self.running < self.most and self._by_client.get(client, 0) < max(1, self.most - 1)

    def begun(self, client: str) -> None:
        """Count a job that runs."""
        self.running += 1
        self._by_client[client] = self._by_client.get(client, 0) + 1

    def ended(self, client: str) -> None:
        """Count it no more."""
        self.running -= 1
        self._by_client[client] -= 1
        if not self._by_client[client]:
            del self._by_client[client]


class Pool:
    """All workers of a server."""

    def __init__(self, settings: Settings, tell: Callable[[str], None]) -> None:
        """Begin with no worker; `renew` starts them."""
        self.settings, self._tell = settings, tell
        self._short, self._long = Lane(settings.workers), Lane(settings.long_workers)
        self._workers: set[Worker] = set()
        self._idle: list[Worker] = []
        self._jobs: dict[Hashable, Job] = {}
        self._known_long: OrderedDict[Hashable, None] = OrderedDict()
        self._data = Data("", b"")
        self._failed, self._closing = 0, False
        self.count = settings.workers + settings.long_workers

    @property
    def ready(self) -> int:
        """Return how many workers are warm, busy ones among them."""
        return sum(worker.warm for worker in self._workers)

    async def renew(self, data: Data) -> None:
        """Give the workers other data: new ones are started, and the old ones end with what they are doing."""
        fresh = [Worker(self.settings, data, self) for _ in range(self.count)]
        self._workers |= set(fresh)
        try:
            await asyncio.gather(*(worker.warmed for worker in fresh))
        except ChildProcessError:
            for worker in fresh:
                worker.kill()
            raise
        self._data = data
        self._known_long.clear()
        for worker in list(self._workers - set(fresh)):
            worker.last = True
            if worker in self._idle:
                self._idle.remove(worker)
                worker.kill()
        self._idle += [worker for worker in fresh if worker not in self._idle]
        self._dispatch()

    async def run(self, key: Hashable, request: bytes, client: str) -> Answered:
        """Answer a request; `key` tells the same requests from others. Waits for room, but not for ever."""
        job = self._jobs.get(key)
        if job is None:
            if self._closing or len(self._jobs) >= self.settings.queue + self._short.running + self._long.running:
                words = "The server is busy: too many queries wait. Ask again later."
                return Answered(problem_reply(_UNAVAILABLE, words), "")
            loop = asyncio.get_running_loop()
            job = self._jobs[key] = Job(key, request, client, loop.create_future())
            job.patience = loop.call_later(self.settings.timeout, self._tired, job)
            job.long = key in self._known_long
            (self._long if job.long else self._short).add(job)
            self._dispatch()
        job.waiting += 1
        try:
            return await asyncio.shield(job.future)
        finally:
            job.waiting -= 1
            if not job.waiting:
                self._abandon(job)

    def _abandon(self, job: Job) -> None:
        """Stop a job that nobody waits for any more."""
        if job.future.done():
            return
        if job.worker is None:
            self._finish(job, problem_reply(_UNAVAILABLE, "Nobody waits for this any more."), "")
        elif job.long:
            job.worker.kill()

    def _tired(self, job: Job) -> None:
        if job.worker is None:
            words = f"The server is busy: the query had to wait {self.settings.timeout:g} seconds. Ask again later."
            self._finish(job, problem_reply(_UNAVAILABLE, words), "")

    def _finish(self, job: Job, reply: Reply, version: str) -> None:
        (self._long if job.long else self._short).drop(job)
        if self._jobs.get(job.key) is job:
            del self._jobs[job.key]
        if job.patience:
            job.patience.cancel()
        if not job.future.done():
            job.future.set_result(Answered(reply, version))

    def _dispatch(self) -> None:
        while self._idle:
            job = self._long.take() or self._short.take()
            if job is None:
                return
            worker = self._idle.pop()
            lane = self._long if job.long else self._short
            lane.begun(job.client)
            job.worker = worker
            if job.patience:
                job.patience.cancel()
            worker.ask(job, self.settings.timeout if job.long else LONG_SECONDS)

    # What workers tell.

    def warm(self, worker: Worker) -> None:
        """Hear that a worker can be asked."""
        self._failed = 0
        if worker.data.version == self._data.version and not worker.last:
            self._idle.append(worker)
            self._dispatch()

    def answered(self, worker: Worker, job: Job, reply: Reply) -> None:
        """Hear an answer."""
        (self._long if job.long else self._short).ended(job.client)
        job.worker = None
        self._finish(job, reply, worker.data.version)
        if worker.last or (job.long and not worker.calm()):
            worker.kill()
        else:
            self._idle.append(worker)
        self._dispatch()

    def late(self, worker: Worker, job: Job) -> None:
        """Hear that the time of a job is over: that of a short one, or all of it."""
        if job.long:
            words = f"query: stopped after {self.settings.timeout:g} seconds. Ask for less."
            self._end(worker, job, problem_reply(_TIMEOUT, words))
            return
        self._known_long[job.key] = None
        if len(self._known_long) > LONG_KNOWN:
            self._known_long.popitem(last=False)
        self._short.ended(job.client)
        job.long = True
        if self._long.room(job.client):
            self._long.begun(job.client)
            worker.more(max(self.settings.timeout - LONG_SECONDS, 0.01))
        else:  # it begins anew when there is room
            worker.job = job.worker = None
            worker.kill()
            self._long.add(job)
            job.patience = asyncio.get_running_loop().call_later(self.settings.timeout, self._tired, job)
        self._dispatch()

    def _end(self, worker: Worker, job: Job, reply: Reply) -> None:
        (self._long if job.long else self._short).ended(job.client)
        worker.job = job.worker = None
        self._finish(job, reply, worker.data.version)
        worker.kill()
        self._dispatch()

    def gone(self, worker: Worker, job: Job | None) -> None:
        """Hear that a worker ended; its job failed, and another takes its place."""
        self._workers.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        if job:
            words = (
                f"query: it ended its process; it nests too deeply, or needs more than {self.settings.max_memory} MiB. "
                "Make it simpler."
            )
            self._end(worker, job, problem_reply(_EXHAUSTED, words))
        if self._closing or worker.last or worker.data.version != self._data.version:
            return
        self._failed += not worker.warm
        pause = _PAUSES[min(self._failed, len(_PAUSES) - 1)]
        if pause:
            self._tell(f"a worker did not start; another is tried in {pause:g} seconds.")
        asyncio.get_running_loop().call_later(pause, self._start)

    def _start(self) -> None:
        current = sum(worker.data.version == self._data.version and not worker.last for worker in self._workers)
        if not self._closing and current < self.count:
            self._workers.add(Worker(self.settings, self._data, self))

    async def close(self) -> None:
        """End all workers."""
        self._closing = True
        for job in list(self._jobs.values()):
            self._finish(job, problem_reply(_UNAVAILABLE, "The server ends. Ask again later."), "")
        workers = list(self._workers)
        for worker in workers:
            worker.kill()
        await asyncio.gather(*(worker.ended for worker in workers))
