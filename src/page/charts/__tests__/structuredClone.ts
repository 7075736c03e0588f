/* All browsers have it, this environment has not. Imported before what needs it. */
globalThis.structuredClone ??= <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
