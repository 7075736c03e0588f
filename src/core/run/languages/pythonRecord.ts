/** Bytes that a kernel writes down at most; one that says more cannot be taken up by another server. */
const MOST_BYTES = 32 * 1024 * 1024;

/**
 * Defines `__crosscompute_record__`, which writes down what a kernel says about requests, before it is sent: a line of
 * JSON for each message, `[header, parent header, content]`.
 *
 * Messages are taken where they are made into bytes, as that is where the order is theirs, and costs nothing twice. A
 * file that cannot hold all of them is removed: nobody may take a part for the whole.
 */
export const RECORD_TEXT = `
def __crosscompute_record__(session, path):
    import os, threading

    serialize, lock, left = session.serialize, threading.Lock(), ${MOST_BYTES}
    try:
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    except OSError:
        return

    def serialize_and_record(message, *rest, **options):
        nonlocal file, left
        parts = serialize(message, *rest, **options)
        if message.get("parent_header", {}).get("msg_type") == "execute_request":
            header, parent, _, content = parts[-4:]
            line = b"[" + header + b"," + parent + b"," + content + b"]\\n"
            with lock:
                left -= len(line)
                try:
                    if file is not None and (left < 0 or os.write(file, line) < len(line)):
                        raise OSError
                except OSError:
                    os.close(file)
                    file = None
                    os.unlink(path)
        return parts

    session.serialize = serialize_and_record
`.trim();
