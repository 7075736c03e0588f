import { TableError } from './rowTable';

/*
 * Frames and blocks of LZ4, as the format's own descriptions of both have them; Arrow files of pandas are written with
 * them unless something else is asked for.
 */

const MAGIC = 0x184d2204;
/** Bits of the first byte of a frame's descriptor. */
const HAS_BLOCK_CHECKSUM = 0x10;
const HAS_CONTENT_SIZE = 0x08;
const HAS_CONTENT_CHECKSUM = 0x04;
const HAS_DICTIONARY = 0x01;
/** A block whose size has this bit is not compressed. */
const IS_PLAIN = 0x80000000;
/** A match has at least these bytes. */
const MINIMUM_MATCH = 4;

/**
 * Unpack one frame. Checksums are not looked at.
 *
 * @param maxBytes - more than these are refused
 * @throws {TableError} when it is none, ends early or is too large
 */
export function decodeLz4Frame(bytes: Uint8Array, maxBytes: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return decode(bytes, view, maxBytes);
  } catch (error) {
    // Of the view: the frame ends before its time.
    throw error instanceof RangeError ? new TableError('the file is damaged') : error;
  }
}

function decode(bytes: Uint8Array, view: DataView, maxBytes: number): Uint8Array {
  const flags = view.getUint8(4);
  if (view.getUint32(0, true) !== MAGIC || flags & HAS_DICTIONARY) {
    throw new TableError('the file is packed in a way that is not read here');
  }
  const output = new Output(flags & HAS_CONTENT_SIZE ? view.getUint32(6, true) : 0, maxBytes);
  // Magic number, two bytes of flags, size, checksum of these.
  let at = 7 + (flags & HAS_CONTENT_SIZE ? 8 : 0);
  for (;;) {
    const size = view.getUint32(at, true);
    at += 4;
    if (size === 0) {
      break;
    }
    const end = at + (size & ~IS_PLAIN);
    if (end > bytes.length) {
      throw new TableError('the file is damaged');
    }
    if (size & IS_PLAIN) {
      output.add(bytes, at, end);
    } else {
      decodeBlock(bytes, { start: at, end }, output);
    }
    at = end + (flags & HAS_BLOCK_CHECKSUM ? 4 : 0);
  }
  if (flags & HAS_CONTENT_CHECKSUM) {
    view.getUint32(at);
  }
  return output.bytes();
}

function decodeBlock(
  bytes: Uint8Array,
  { start, end }: { start: number; end: number },
  output: Output
): void {
  let at = start;
  /** A length of 15 goes on in the next bytes, as long as they are 255. */
  const lengthFrom = (nibble: number): number => {
    let length = nibble;
    for (let byte = nibble === 15 ? 255 : 0; byte === 255;) {
      byte = at < end ? bytes[at] : 0;
      at += 1;
      length += byte;
    }
    return length;
  };
  while (at < end) {
    const token = bytes[at];
    at += 1;
    const literals = lengthFrom(token >> 4);
    output.add(bytes, at, Math.min(at + literals, end));
    at += literals;
    if (at >= end) {
      // The last sequence has no match.
      break;
    }
    const distance = bytes[at] | (bytes[at + 1] << 8);
    at += 2;
    output.repeat(distance, lengthFrom(token & 15) + MINIMUM_MATCH);
  }
}

/** Bytes that become more. */
class Output {
  constructor(
    expected: number,
    private readonly _maxBytes: number
  ) {
    this._bytes = new Uint8Array(Math.min(expected || 1024, _maxBytes));
  }

  add(from: Uint8Array, start: number, end: number): void {
    this._makeRoom(end - start);
    this._bytes.set(from.subarray(start, end), this._length);
    this._length += end - start;
  }

  /** Add what was added before, from `distance` bytes back; both may overlap. */
  repeat(distance: number, length: number): void {
    if (distance === 0 || distance > this._length) {
      throw new TableError('the file is damaged');
    }
    this._makeRoom(length);
    const start = this._length - distance;
    if (distance >= length) {
      this._bytes.copyWithin(this._length, start, start + length);
    } else {
      for (let index = 0; index < length; index += 1) {
        this._bytes[this._length + index] = this._bytes[start + index];
      }
    }
    this._length += length;
  }

  /** Of its own, so that numbers of any width begin where they have to. */
  bytes(): Uint8Array {
    return this._bytes.slice(0, this._length);
  }

  private _makeRoom(count: number): void {
    const wanted = this._length + count;
    if (wanted > this._maxBytes) {
      throw new TableError('it is too large to be shown here; download it instead');
    }
    if (wanted > this._bytes.length) {
      const larger = new Uint8Array(
        Math.min(Math.max(wanted, 2 * this._bytes.length), this._maxBytes)
      );
      larger.set(this._bytes.subarray(0, this._length));
      this._bytes = larger;
    }
  }

  private _bytes: Uint8Array;
  private _length = 0;
}
