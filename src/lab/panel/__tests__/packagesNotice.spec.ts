import type { IAutomationSummary, IPackagesResource } from '../../../core/api';
import type { IProblem } from '../../../core/problem';
import { attach, button, drawn, untilText } from '../../__tests__/attach';
import {
  automation,
  batch,
  fakeClient,
  FakeEvents,
  FakeQueue,
  listing,
  settle,
  trans,
  until
} from '../../__tests__/fakes';
import { RequestError } from '../../requestError';
import { PackagesNotice } from '../packagesNotice';
import { ToolModel } from '../toolModel';

const MISSING: IProblem = {
  ...{ file: 'rainfall/automate.yaml', line: 12, column: 5, severity: 'warning' },
  code: 'packages-missing',
  message: '2 packages are not installed: numpy>=2, gdal',
  hint: '',
  blocks: 'nothing'
};

const { id } = automation();
const TOPIC = `packages:${id}`;

const RESOURCE: IPackagesResource = {
  automation: id,
  missing: ['numpy>=2'],
  byHand: 'sudo apt-get install gdal',
  installation: null
};

/** What the server says next of what is missing; else `RESOURCE`. */
const NEXT: IPackagesResource[] = [];

describe('PackagesNotice', () => {
  let events: FakeEvents;
  let model: ToolModel;
  let notice: PackagesNotice;
  let asked: string[];
  let install: () => Promise<IPackagesResource>;

  async function load(changes: Partial<IAutomationSummary>): Promise<void> {
    await model.load({ candidates: [automation(changes)], chosen: null, batch: null });
    await settle();
    await drawn(notice);
  }

  beforeEach(async () => {
    events = new FakeEvents();
    asked = [];
    install = async () => ({ ...RESOURCE, installation: { state: 'running', output: '' } });
    const client = fakeClient({
      listBatches: listing([batch('standard')]),
      getPackages: async () => NEXT.pop() ?? RESOURCE,
      installPackages: async automationId => {
        asked.push(`install ${automationId}`);
        return install();
      },
      stopInstallation: async automationId => {
        asked.push(`stop ${automationId}`);
        return RESOURCE;
      }
    });
    model = new ToolModel({ client, events, queue: new FakeQueue() }, { path: 'rainfall' });
    notice = await attach(new PackagesNotice(model, trans));
  });

  afterEach(() => {
    notice.dispose();
    model.dispose();
  });

  /** Click Install, and answer the question. */
  async function answer(word: 'accept' | 'reject'): Promise<string> {
    // On a busy machine it is drawn some time later.
    await untilText(notice.node, 'Install…');
    button(notice.node, 'Install…').click();
    await until(() => document.querySelector('.jp-Dialog code') !== null);
    const dialog = document.querySelector<HTMLElement>('.jp-Dialog');
    const text = dialog?.textContent ?? '';
    expect(document.activeElement?.textContent).toMatch(/Cancel|Close/);
    dialog?.querySelector<HTMLElement>(`.jp-mod-${word}`)?.click();
    await until(() => document.querySelector('.jp-Dialog') === null);
    await settle();
    return text;
  }

  it('is empty where nothing is missing', async () => {
    await load({});
    expect(notice.node.textContent).toBe('');
    expect(events.topics.has(TOPIC)).toBe(false);
  });

  it('says what is missing, and installs nothing without a yes', async () => {
    await load({ problems: [MISSING] });
    await untilText(notice.node, MISSING.message);
    const question = await answer('reject');
    expect(question).toContain('numpy>=2');
    expect(question).toContain('sudo apt-get install gdal');
    expect(asked).toEqual([]);
  });

  it('shows what is said while it installs, stops, and offers it again', async () => {
    await load({ problems: [MISSING] });
    await answer('accept');
    expect(asked).toEqual([`install ${id}`]);
    events.send(TOPIC, { state: 'running', output: 'Collecting <b>numpy</b>' });
    await untilText(notice.node, 'Collecting <b>numpy</b>');
    button(notice.node, 'Stop the installation').click();
    await settle();
    expect(asked).toEqual([`install ${id}`, `stop ${id}`]);
    events.send(TOPIC, { state: 'stopped', output: 'Collecting' });
    await untilText(notice.node, 'The installation was stopped.');
    expect(button(notice.node, 'Install…')).toBeDefined();
  });

  it('says what is left for an administrator, and how', async () => {
    await load({ problems: [MISSING] });
    await answer('accept');
    events.send(TOPIC, { state: 'running', output: '' });
    events.send(TOPIC, { state: 'done', output: 'Successfully installed' });
    await untilText(notice.node, 'The packages are installed.');
    expect(notice.node.textContent).not.toContain(MISSING.message);
    const message = '1 package is not installed: gdal';
    await load({ problems: [{ ...MISSING, message }] });
    await untilText(notice.node, message);
    NEXT.push({ ...RESOURCE, missing: [] });
    expect(await answer('reject')).toContain('sudo apt-get install gdal');
    button(notice.node, 'Dismiss').click();
    await untilText(notice.node, message);
    await until(() => !notice.node.textContent?.includes('Successfully installed'));
  });

  it('keeps the keyboard on what takes the place of a button', async () => {
    await load({ problems: [MISSING] });
    button(notice.node, 'Install…').focus();
    events.send(TOPIC, { state: 'running', output: '' });
    await until(() => document.activeElement?.textContent === 'Stop the installation');
    events.send(TOPIC, { state: 'stopped', output: '' });
    await until(() => document.activeElement?.textContent === 'Install…');
  });

  it('says that all is there, and goes when that was read', async () => {
    await load({ problems: [MISSING] });
    events.send(TOPIC, { state: 'done', output: 'Successfully installed' });
    await load({ problems: [] });
    await untilText(notice.node, 'The packages are installed.');
    await untilText(notice.node, 'Dismiss');
    button(notice.node, 'Dismiss').click();
    await until(() => notice.node.textContent === '');
  });

  it('shows an installation that goes on after the page was loaded again', async () => {
    await load({ problems: [MISSING] });
    events.send(TOPIC, { state: 'running', output: 'Downloading' });
    await untilText(notice.node, 'Downloading');
    await untilText(notice.node, 'Stop the installation');
  });

  it('says why somebody may not install', async () => {
    install = () => Promise.reject(new RequestError(403, 'not-authorized', 'only the owner'));
    await load({ problems: [MISSING] });
    await answer('accept');
    expect(model.notice).toContain('only the owner');
  });
});
