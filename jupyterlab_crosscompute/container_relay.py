"""Connects a container that has no network to the Unix sockets of the server that started it, then becomes its program.

``python3 -I -S container_relay.py FOLDER [NUMBER…] -- PROGRAM [ARGUMENT…]``

FOLDER holds ``apis.sock`` where the container may reach some hosts: a proxy listens there. A port of this container's
loopback address leads to it, and the variables that name a proxy are set. For each NUMBER, a port of this container
that browsers may reach, there is ``port-INDEX.sock``: connections to it wait here until the server says something, and
lead to the port then. Only the standard library is needed.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from typing import Any

LOOPBACK = "127.0.0.1"
CHUNK = 65536
SPARE = 4
"""Connections that wait for a browser, a port: what it asks for at once begins without delay."""
RETRY_SECONDS = 0.2

NOT_EXECUTABLE = 126
NOT_FOUND = 127


def main() -> int:
    """Start the relay and become the program; gives a status when there is none."""
    end = sys.argv.index("--")
    folder, *ports = sys.argv[1:end]
    words = sys.argv[end + 1 :]
    apis = os.path.join(folder, "apis.sock")
    listener = None
    if os.path.exists(apis):
        listener = socket.create_server((LOOPBACK, 0), backlog=128)
        set_proxy(listener.getsockname()[1])
    # Twice, so that the relay belongs to the first process of the container and is no child of the program.
    if os.fork() == 0:
        if os.fork() == 0:
            relay(folder, apis, listener, [int(number) for number in ports])
        os._exit(0)
    os.wait()
    if listener is not None:
        listener.close()
    return execute(words)


def set_proxy(port: int) -> None:
    """Name the proxy in the environment, the ways that programs look for it."""
    address = f"http://{LOOPBACK}:{port}"
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        os.environ[name] = os.environ[name.lower()] = address
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = f"{LOOPBACK},localhost,::1"
    # Else Node would not heed them.
    os.environ["NODE_USE_ENV_PROXY"] = "1"


def execute(words: list[str]) -> int:
    """Become the program; gives the status that a shell would give when it cannot be."""
    try:
        os.execvp(words[0], words)
    except PermissionError as error:
        print(f"{words[0]}: {error.strerror}", file=sys.stderr)
        return NOT_EXECUTABLE
    except OSError as error:
        print(f"{words[0]}: {error.strerror}", file=sys.stderr)
        return NOT_FOUND


def relay(folder: str, apis: str, listener: socket.socket | None, ports: list[int]) -> None:
    """Relay until the container ends; never returns."""
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(nothing, descriptor)
    try:
        # Not before: the program must not wait for it.
        import asyncio

        asyncio.run(serve(folder, apis, listener, ports))
    finally:
        os._exit(0)


async def serve(folder: str, apis: str, listener: socket.socket | None, ports: list[int]) -> None:
    """Relay what leaves and what comes."""
    import asyncio

    async def leave(reader: Any, writer: Any) -> None:
        try:
            there = await asyncio.open_unix_connection(apis)
        except OSError:
            writer.transport.abort()
            return
        await join((reader, writer), there)

    async def wait_for_browsers(path: str, number: int) -> None:
        while True:
            try:
                reader, writer = await asyncio.open_unix_connection(path)
            except OSError:
                await asyncio.sleep(RETRY_SECONDS)
                continue
            data = await read(reader)
            if data:
                tasks.add(task := asyncio.ensure_future(enter(data, (reader, writer), number)))
                task.add_done_callback(tasks.discard)
            else:
                writer.transport.abort()
                await asyncio.sleep(RETRY_SECONDS)

    async def enter(data: bytes, here: tuple[Any, Any], number: int) -> None:
        try:
            there = await asyncio.open_connection(LOOPBACK, number)
        except OSError:
            here[1].transport.abort()
            return
        there[1].write(data)
        await join(here, there)

    tasks: set[Any] = set()
    if listener is not None:
        await asyncio.start_server(leave, sock=listener)
    waiting = [
        wait_for_browsers(os.path.join(folder, f"port-{index}.sock"), number)
        for index, number in enumerate(ports)
        for _ in range(SPARE)
    ]
    await asyncio.gather(*waiting, asyncio.Event().wait())


async def read(reader: Any) -> bytes:
    """Read some bytes; none when there are no more, however that came."""
    try:
        return await reader.read(CHUNK)
    except OSError:
        return b""


async def join(here: tuple[Any, Any], there: tuple[Any, Any]) -> None:
    """Pass bytes on both ways until both ends have said all."""
    import asyncio

    async def copy(reader: Any, writer: Any) -> None:
        try:
            while data := await reader.read(CHUNK):
                writer.write(data)
                await writer.drain()
            writer.write_eof()
        except OSError:
            # Whoever is left would wait for ever.
            here[1].transport.abort()
            there[1].transport.abort()

    await asyncio.gather(copy(here[0], there[1]), copy(there[0], here[1]))
    for _, writer in (here, there):
        writer.close()


if __name__ == "__main__":
    status = main()
    sys.stderr.flush()
    os._exit(status)
