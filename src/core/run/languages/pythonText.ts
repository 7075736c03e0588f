/**
 * Defines `__crosscompute_gather__`, which sends text of a stream of ipykernel in fewer messages when there is much.
 *
 * A program that flushes each of 50,000 lines makes 50,000 messages: Jupyter takes longer to pass them on than the
 * program to run, keeps what waits in memory, and where it is not ours leaves most of them out. So only the first
 * flushes of a flood send at once. Text that is not flushed is sent by ipykernel within 0.2 s anyway.
 *
 * What is asked for by ipykernel itself is done at once: it wants text before an output or before the end of a cell.
 * So is a fork: the child would have the text that waits, too, and say it again.
 */
export const GATHER_TEXT = `
def __crosscompute_gather__(stream):
    import os, sys, time

    most, each_second = 200, 100
    flush, process = stream.flush, os.getpid()
    left, checked = most, time.monotonic()

    def flush_seldom():
        nonlocal left, checked
        caller = str(sys._getframe(1).f_globals.get("__name__"))
        if os.getpid() == process and not caller.startswith("ipykernel."):
            now = time.monotonic()
            left = min(most, left + each_second * (now - checked))
            checked = now
            if left < 1:
                return
            left -= 1
        flush()

    stream.flush = flush_seldom
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=lambda: stream.closed or flush())
`.trim();

/**
 * Defines `__crosscompute_drain__`, which waits until a stream of ipykernel has all that was written to its file
 * descriptor, by C code and child processes, before now.
 *
 * A thread of the kernel reads a pipe and writes into the stream. That the pipe is empty does not mean that the
 * thread is done. So a mark is written into the pipe, after all else, and taken out again where the thread writes.
 * The thread echoes what it reads to where the kernel was started from; the mark is not to be seen there, and nothing
 * follows it that is. An author may have put something else in the place of the descriptor; then there is no mark.
 */
export const DRAIN_TEXT = `
def __crosscompute_drain__(stream):
    import os, threading

    names = ("_fid", "_original_stdstream_fd", "_original_stdstream_copy", "watch_fd_thread")
    try:
        pipe, descriptor, echo, reader = (getattr(stream, name) for name in names)
        ends = [os.fstat(end) for end in (pipe, descriptor)]
    except (AttributeError, TypeError, OSError):
        return
    if len({(end.st_dev, end.st_ino) for end in ends}) > 1 or not reader.is_alive():
        return
    mark = os.urandom(16).hex()
    write, rest, is_seen = stream.write, "", threading.Event()

    def take(text):
        nonlocal rest
        if threading.current_thread() is not reader or is_seen.is_set():
            return write(text)
        rest += text
        before, found, after = rest.partition(mark)
        if found:
            stream._original_stdstream_copy = os.open(os.devnull, os.O_WRONLY)
            write(before + after)
            is_seen.set()
        else:
            # What may be the begin of the mark waits for more.
            keep = len(mark) - 1
            write(rest[:-keep])
            rest = rest[-keep:]
        return len(text)

    stream.write = take
    os.write(descriptor, mark.encode())
    for _ in range(20):
        if is_seen.wait(1) or not reader.is_alive():
            break
`.trim();
