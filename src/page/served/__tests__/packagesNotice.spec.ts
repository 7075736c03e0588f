import { renderPackagesNotice } from '../../../core/template/packagesNotice';
import { click, find } from '../../__tests__/samplePage';
import { PackagesNotice, type PackagesAction } from '../packagesNotice';

describe('PackagesNotice', () => {
  let asked: PackagesAction[];
  let notice: PackagesNotice;

  beforeEach(() => {
    asked = [];
    const missing = ['numpy>=2', '<img src=x>'];
    document.body.innerHTML = String(renderPackagesNotice({ missing, byHand: 'sudo dnf x' }));
    notice = new PackagesNotice(find('#_packages'), async action => void asked.push(action));
  });

  afterEach(() => notice.dispose());

  const isShown = (part: string) => !find(`.${part}`).hidden;

  it('lists what is missing, as text', () => {
    const names = [...document.querySelectorAll('li')].map(({ textContent }) => textContent);
    expect(names).toEqual(['numpy>=2', '<img src=x>']);
    expect(document.body.textContent).toContain('An administrator installs with: sudo dnf x');
  });

  it('asks before anything is installed, and brings the keyboard back', () => {
    click('Install…');
    expect(document.activeElement).toBe(find('._no'));
    click('Cancel');
    expect(document.activeElement).toBe(find('._install'));
    expect(asked).toEqual([]);
    click('Install…');
    click('Install now');
    expect([asked, isShown('_ask')]).toEqual([['install'], false]);
  });

  it('shows what is said, and stops', () => {
    notice.tell(null);
    expect([isShown('_install'), isShown('_stop'), isShown('_output')]).toEqual([
      true,
      false,
      false
    ]);
    notice.tell({ state: 'running', output: 'Collecting <b>' });
    expect(find('._output').textContent).toBe('Collecting <b>');
    expect([isShown('_install'), isShown('_stop')]).toEqual([false, true]);
    click('Stop');
    expect(asked).toEqual(['stop']);
    notice.tell({ state: 'stopped', output: 'Collecting <b>' });
    expect(find('._progress').textContent).toBe('The installation was stopped.');
    expect([isShown('_install'), isShown('_stop')]).toEqual([true, false]);
  });

  it('offers nothing more once all is there', () => {
    notice.tell({ state: 'done', output: '' });
    expect([isShown('_install'), isShown('_stop'), isShown('_ask')]).toEqual([false, false, false]);
    expect(find('._progress').textContent).toContain('Run the tool now');
    expect(
      [...document.querySelectorAll('._lack')].map(part => (part as HTMLElement).hidden)
    ).toEqual([true, true]);
  });

  it('says why it was refused', async () => {
    const refused = new PackagesNotice(find('#_packages'), () =>
      Promise.reject(new Error('another tool is being installed'))
    );
    click('Install…');
    click('Install now');
    await Promise.resolve();
    await Promise.resolve();
    expect(find('._progress').textContent).toBe('another tool is being installed');
    refused.dispose();
  });
});
