import { isJsonObject, type JsonValue } from '../core/json';
import type { IInputRefusal } from '../core/api';

/** The server refused a request; the message is a sentence for people. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly status: number,
    /** Stable, kebab-case; '' when something in between answered. */
    readonly code: string,
    /** Refused inputs; [] for other refusals. */
    readonly refusals: readonly IInputRefusal[]
  ) {
    super(message);
    this.name = 'Refusal';
  }
}

/** Headers that every changing request of a page carries: behind Jupyter its cookie must be repeated. */
export function changeHeaders(cookies: string): Record<string, string> {
  const cookie = cookies.split(/;\s*/).find(text => text.startsWith('_xsrf='));
  return cookie ? { 'X-XSRFToken': cookie.slice('_xsrf='.length) } : {};
}

/**
 * Post JSON and read the answer.
 *
 * @throws {Refusal} when the server refuses
 * @throws {Error} with a sentence for people when there is no answer
 */
export async function postJson(
  uri: string,
  body: JsonValue | undefined,
  send: typeof fetch = fetch
): Promise<unknown> {
  const headers = changeHeaders(document.cookie);
  let response: Response;
  try {
    response = await send(uri, {
      method: 'POST',
      credentials: 'same-origin',
      headers: body === undefined ? headers : { ...headers, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    });
  } catch (error) {
    if (error instanceof TypeError) {
      throw new Error('The server does not answer. Check the connection and try again.');
    }
    throw error;
  }
  const text = await response.text();
  if (!response.ok) {
    throw readRefusal(response.status, text);
  }
  return JSON.parse(text) as unknown;
}

/** Read a refusal from the text of an answer, `application/problem+json` or anything else. */
export function readRefusal(status: number, text: string): Refusal {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // A proxy in between answers in its own way.
    body = null;
  }
  if (!isJsonObject(body)) {
    return new Refusal(`The server answered with status ${status}. Try again.`, status, '', []);
  }
  const { detail, title, code, refusals } = body;
  const items = Array.isArray(refusals) ? refusals : [];
  return new Refusal(
    typeof detail === 'string' && detail ? detail : String(title ?? `status ${status}`),
    status,
    typeof code === 'string' ? code : '',
    items.filter(isJsonObject).map(({ variable, message }) => ({
      variable: String(variable),
      message: String(message)
    }))
  );
}
