import { Notification } from '@jupyterlab/apputils';
import type { IPrintRequest, IPrintResource } from '../../../core/api';
import { trans } from '../../__tests__/fakes';
import type { ITopicListener } from '../../tokens';
import { PrintActions } from '../printActions';
import type { ToolModel } from '../toolModel';

const JOB: IPrintResource = {
  id: 'p'.repeat(32),
  automation: '0123456789abcdef',
  state: 'running',
  total: 2,
  finished: 0,
  documents: [],
  failures: [],
  fileName: 'Rainfall.zip',
  uri: `api/prints/${'p'.repeat(32)}/file`,
  created: '2026-03-02T09:15:00.000Z'
};

const DOCUMENT = { batch: 'standard', variable: null, name: 'standard.pdf', size: 9, warnings: [] };

describe('PrintActions', () => {
  let asked: IPrintRequest[];
  let stopped: string[];
  let saved: [string, string][];
  let listeners: Map<string, ITopicListener>;
  let actions: PrintActions;

  beforeEach(() => {
    asked = [];
    stopped = [];
    saved = [];
    listeners = new Map();
    Notification.dismiss();
    const client = {
      rootUri: 'http://localhost/crosscompute/',
      startPrint: async (request: IPrintRequest) => {
        asked.push(request);
        return JOB;
      },
      stopPrint: async (id: string) => void stopped.push(id)
    };
    const events = {
      subscribe: (topic: string, listener: ITopicListener) => {
        listeners.set(topic, listener);
        return { dispose: () => void listeners.delete(topic) };
      }
    };
    const state = { automation: JOB.automation, shown: 'mine', batch: 'standard' };
    const model = { state, services: { client, events } } as unknown as ToolModel;
    actions = new PrintActions(model, trans, (uri, name) => void saved.push([uri, name]));
  });

  const note = () => Notification.manager.notifications[0];

  async function tell(changes: Partial<IPrintResource>): Promise<void> {
    await Promise.resolve();
    await Promise.resolve();
    listeners.get(`print:${JOB.id}`)?.onEvent({ ...JOB, ...changes });
  }

  it('prints the shown batch, or all', async () => {
    void actions.printShown();
    void actions.print();
    expect(asked).toEqual([
      { automation: JOB.automation, batches: ['mine'] },
      { automation: JOB.automation }
    ]);
  });

  it('tells how far it is, and downloads what is printed', async () => {
    const printed = actions.print();
    await tell({ finished: 1 });
    expect(note().message).toBe('Printing: 1 of 2 batches');
    expect(note().options.progress).toBe(0.5);
    expect(saved).toEqual([]);
    await tell({ state: 'done', finished: 2, documents: [DOCUMENT, DOCUMENT] });
    await printed;
    expect(saved).toEqual([[`http://localhost/crosscompute/${JOB.uri}`, 'Rainfall.zip']]);
    expect([note().type, note().message]).toEqual(['success', '2 documents were printed.']);
    expect(listeners.size).toBe(0);
  });

  it('names what was not printed', async () => {
    const printed = actions.print();
    const failures = [{ batch: 'x', code: 'not-printable', message: '"x" failed' }];
    await tell({ state: 'failed', documents: [DOCUMENT], failures });
    await printed;
    expect([note().type, note().message]).toEqual(['error', '1 document was printed.\n"x" failed']);
    expect(saved).toHaveLength(1);
  });

  it('stops when it is asked to, and downloads nothing', async () => {
    const printed = actions.print();
    await tell({ finished: 1 });
    note().options.actions?.[0].callback(new MouseEvent('click'));
    expect(stopped).toEqual([JOB.id]);
    await tell({ state: 'stopped' });
    await printed;
    expect([note().message, saved]).toEqual(['Printing was stopped.', []]);
  });
});
