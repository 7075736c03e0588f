import type { IScriptContext } from '../../../core/run/execution';
import { requestFailure } from '../scriptFailure';

const CONTEXT = { index: 0, automation: { folder: '/tools/tea' } } as unknown as IScriptContext;

function errorOf(name: string, value: string, traceback: string[] = []) {
  const request = { role: 'author' as const, code: '', text: '' };
  const failed = { request, name, value, traceback };
  return requestFailure(CONTEXT, failed as unknown as Parameters<typeof requestFailure>[1], []);
}

describe('requestFailure()', () => {
  it('names the innermost line of the author where no cell is known', () => {
    const traceback = [
      '\u001b[36mFile \u001b[39m\u001b[32m/tools/tea/run.py:3\u001b[39m',
      '\u001b[36mFile \u001b[39m\u001b[32m/tools/tea/lib/pour.py:12\u001b[39m, in \u001b[36mpour\u001b[39m(cup)',
      '\u001b[36mFile \u001b[39m\u001b[32m/usr/lib/python3/json/decoder.py:355\u001b[39m, in raw_decode'
    ];
    const { error } = errorOf('ValueError', 'too hot\nby far', traceback);
    expect(error?.message).toBe('ValueError: too hot (lib/pour.py, line 12)');
  });

  it('says no place that it does not know', () => {
    expect(errorOf('KeyError', "'cup'").error?.message).toBe("KeyError: 'cup'");
  });

  it('cuts what is no sentence', () => {
    const message = errorOf('ValueError', 'x'.repeat(9000)).error?.message ?? '';
    expect(message.length).toBeLessThan(600);
    expect(message).toMatch(/x…$/);
  });

  it('says why a script left', () => {
    const { error, returnCode } = errorOf('SystemExit', 'no tea today');
    expect(error?.message).toBe('Exited with code 1: no tea today');
    expect(returnCode).toBe(1);
    expect(errorOf('SystemExit', '3').error?.message).toBe('Exited with code 3');
  });
});
