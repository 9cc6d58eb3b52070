"""Takes connections in: all at once from the system, and in turns by client into the house.

A crowd that comes faster than connections can be set up would fill the system's own queue, and then everybody waits for
seconds. So the queue is emptied at once, each client waits in a short one of its own, and who has too many there is
turned away with 503, the oldest first.
"""

import asyncio
import contextlib
import socket
from collections import OrderedDict, deque
from collections.abc import Callable
from http import HTTPStatus

from leukograph.serving import replies

_TAKEN, _SET_UP, _WAITING, _PAUSE = 4096, 16, 512, 0.1


class Door:
    """The way from a listening socket to connections."""

    def __init__(self, line: socket.socket, make: Callable[[], asyncio.Protocol]) -> None:
        """Take the socket, and what makes the protocol of a connection."""
        self._line, self._make, self._loop = line, make, asyncio.get_running_loop()
        self._waiting: OrderedDict[str, deque[socket.socket]] = OrderedDict()
        self._tasks: set[asyncio.Task[object]] = set()
        self._planned, self._open = False, True
        status = HTTPStatus.SERVICE_UNAVAILABLE
        words = "There are too many connections of yours. Ask again later."
        found, body = replies.headers(replies.problem_reply(status, words), "", ((b"connection", b"close"),))
        head = b"".join(name + b": " + value + b"\r\n" for name, value in found)
        self._away = b"HTTP/1.1 503 Service Unavailable\r\n" + head + b"\r\n" + body
        line.setblocking(False)  # noqa: FBT003
        self._loop.add_reader(line, self._take)

    def close(self) -> None:
        """Take nobody in any more."""
        self._open = False
        self._loop.remove_reader(self._line)
        for queue in self._waiting.values():
            for one in queue:
                self._turn_away(one)
        self._waiting.clear()

    def _take(self) -> None:
        for _ in range(_TAKEN):
            try:
                one, address = self._line.accept()
            except (BlockingIOError, InterruptedError):
                break
            except ConnectionAbortedError:
                continue
            except OSError:  # no more files can be opened; some will be closed
                self._loop.remove_reader(self._line)
                self._loop.call_later(_PAUSE, self._again)
                break
            queue = self._waiting.setdefault(str(address[0]), deque())
            queue.append(one)
            if len(queue) > _WAITING:
                self._turn_away(queue.popleft())
        self._set_up()

    def _again(self) -> None:
        if self._open:
            self._loop.add_reader(self._line, self._take)

    def _set_up(self) -> None:
        """Set up some connections, the clients in turns, of each first who came last; plan to go on with the rest."""
        self._planned = False
        for _ in range(_SET_UP):
            if not self._waiting:
                return
            client, queue = next(iter(self._waiting.items()))
            one = queue.pop()
            self._waiting.move_to_end(client)
            if not queue:
                del self._waiting[client]
            task: asyncio.Task[object] = self._loop.create_task(self._loop.connect_accepted_socket(self._make, one))
            self._tasks.add(task)
            task.add_done_callback(self._ended)
        if self._waiting and not self._planned:
            self._planned = True
            self._loop.call_soon(self._set_up)

    def _ended(self, task: "asyncio.Task[object]") -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # one that left meanwhile

    def _turn_away(self, one: socket.socket) -> None:
        with contextlib.suppress(OSError):
            one.setblocking(False)  # noqa: FBT003
            one.send(self._away)
        one.close()
