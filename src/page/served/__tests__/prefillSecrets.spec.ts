import { createVariable } from '../../../core/template/__tests__/sample';
import { activatePage } from '../../activate';
import { FakeHost, find, showPage } from '../../__tests__/samplePage';
import { prefillSecrets } from '../prefillSecrets';

const key = createVariable('input', 'key', 'password');
const town = createVariable('input', 'town', 'string');

describe('prefillSecrets()', () => {
  it('fills the controls of secrets alone, so that they are posted', async () => {
    await showPage(document, 'input', {
      variables: [key, town],
      values: { key: 'old', town: 'Ås' }
    });
    prefillSecrets(document, 'http://localhost/a/x/b/y/i?key=hush&town=Oslo');
    const host = new FakeHost();
    const page = activatePage(document, host);
    await page.ready;
    expect(await page.values()).toEqual({ key: { value: 'hush' }, town: { value: 'Ås' } });
    expect(find('[data-variable=key]').outerHTML).not.toContain('hush');
    expect(host.draft).toBeNull();
    page.dispose();
  });
});
