import { createLog } from '../../log';
import { quietConsole } from '../quietConsole';

describe('quietConsole()', () => {
  it('moves the lines of the library to the debug log, and leaves all others', () => {
    const lines: string[] = [];
    const written: unknown[][] = [];
    const write = (...values: unknown[]) => void written.push(values);
    const target = { debug: write, log: write, warn: write };
    quietConsole(
      createLog('debug', line => lines.push(line)),
      target
    );
    quietConsole(createLog('silent'), target);
    target.debug('Starting WebSocket: ws://x');
    target.warn('Connection lost, reconnecting in 1 seconds.');
    target.log('mine', 1);
    target.warn({ not: 'text' });
    expect(lines).toEqual([
      'debug: Starting WebSocket: ws://x\n',
      'debug: Connection lost, reconnecting in 1 seconds.\n'
    ]);
    expect(written).toEqual([['mine', 1], [{ not: 'text' }]]);
  });
});
