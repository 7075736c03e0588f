import { createVariable } from '../../core/template/__tests__/sample';
import { activatePage } from '../activate';
import { answer, click, FakeHost, find, openPage, showPage, type, until } from './samplePage';

const town = createVariable('input', 'town', 'string');
const guests = createVariable('input', 'guests', 'number');
const secret = createVariable('input', 'secret', 'password', { path: 'ENVIRONMENT' });
const notes = createVariable('input', 'notes', 'text');
const dessert = createVariable('input', 'dessert', 'radio', {
  configuration: { options: [{ value: 'yes' }, { value: 'no' }] }
});
const extras = createVariable('input', 'extras', 'checkbox', {
  configuration: { options: [{ value: 'a' }, { value: 'b' }, { value: 'c' }] }
});
const file = createVariable('input', 'file', 'file', { path: 'file.txt' });

const all = {
  variables: [town, guests, secret, notes, dessert, extras, file],
  values: { town: 'Ås', guests: 3, notes: '\none\n', dessert: 'no', extras: 'a\nc' }
};

describe('the form of a page', () => {
  it('gives the values of the batch, without secrets and files nobody touched', async () => {
    const { page } = await openPage('input', all);
    expect(await page.values()).toEqual({
      town: { value: 'Ås' },
      guests: { value: '3' },
      notes: { value: '\none\n' },
      dessert: { value: 'no' },
      extras: { value: 'a\nc' }
    });
    expect(page.isChanged).toBe(false);
  });

  it('gives what a person changed, and marks it with a word', async () => {
    const { page } = await openPage('input', all);
    const heard = jest.fn();
    page.onChange(heard);
    type('[data-variable=town]', 'Bergen');
    type('[data-variable=secret]', 'hush');
    find<HTMLInputElement>('[data-variable=dessert] [value=yes]').click();
    find<HTMLInputElement>('[data-variable=extras] [value=b]').click();
    expect(await page.values()).toMatchObject({
      town: { value: 'Bergen' },
      secret: { value: 'hush' },
      dessert: { value: 'yes' },
      extras: { value: 'a\nb\nc' }
    });
    expect(page.isChanged).toBe(true);
    expect(heard).toHaveBeenCalled();
    const input = find('[data-variable=town]');
    expect(input.hasAttribute('data-changed')).toBe(true);
    const described = (input.getAttribute('aria-describedby') ?? '').split(' ');
    expect(described.map(id => document.getElementById(id)?.textContent)).toContain('✎ changed');
  });

  it('takes the mark away when the value is that of the batch again', async () => {
    const { page, host } = await openPage('input', all);
    type('[data-variable=town]', 'Bergen');
    type('[data-variable=town]', 'Ås');
    expect(page.isChanged).toBe(false);
    expect(document.querySelector('._changed')).toBeNull();
    expect(find('[data-variable=town]').hasAttribute('data-changed')).toBe(false);
    expect(host.draft).toBeNull();
  });

  it('goes back to the batch on reset, and forgets the draft', async () => {
    const { page, host } = await openPage('input', all);
    type('[data-variable=town]', 'Bergen');
    find<HTMLInputElement>('[data-variable=extras] [value=a]').click();
    page.setErrors([{ variable: 'town', message: 'is unknown' }]);
    page.reset();
    expect(page.isChanged).toBe(false);
    expect(find<HTMLInputElement>('[data-variable=town]').value).toBe('Ås');
    expect(await page.values()).toMatchObject({ extras: { value: 'a\nc' } });
    expect(find('[data-variable=town]').hasAttribute('aria-invalid')).toBe(false);
    expect(host.draft).toBeNull();
  });

  it('shows the values of an earlier run as changes, and those of the batch where it had none', async () => {
    const { page, host } = await openPage('input', all);
    type('[data-variable=secret]', 'hush');
    type('[data-variable=notes]', 'mine');
    page.setErrors([{ variable: 'guests', message: 'is too much' }]);
    const heard = jest.fn();
    page.onChange(heard);
    const kept = { file: 'sha256:0', name: 'file.txt' };
    page.restore({
      town: 'Ås',
      guests: 5,
      dessert: 'yes',
      extras: '',
      file: kept,
      secret: 'no',
      gone: 1
    });
    expect(await page.values()).toEqual({
      town: { value: 'Ås' },
      guests: { value: '5' },
      notes: { value: '\none\n' },
      dessert: { value: 'yes' },
      extras: { value: '' }
    });
    expect(host.draft).toEqual({
      guests: { value: '5' },
      dessert: { value: 'yes' },
      extras: { value: '' }
    });
    expect(find('[data-variable=guests]').hasAttribute('aria-invalid')).toBe(false);
    expect(find('[data-variable=guests]').hasAttribute('data-changed')).toBe(true);
    expect(heard).toHaveBeenCalledTimes(1);
    page.restore({ town: 'Ås' });
    expect(page.isChanged).toBe(false);
  });

  it('keeps a draft without secrets, and shows it when the page is opened again', async () => {
    const { host } = await openPage('input', all);
    type('[data-variable=town]', 'Bergen');
    type('[data-variable=secret]', 'hush');
    expect(host.draft).toEqual({ town: { value: 'Bergen' } });
    const again = await openPage('input', all, {}, host);
    expect(again.page.isChanged).toBe(true);
    expect(find<HTMLInputElement>('[data-variable=town]').value).toBe('Bergen');
    expect(find<HTMLInputElement>('[data-variable=secret]').value).toBe('');
  });

  it('does not put a draft over what was typed while it was loaded', async () => {
    const host = new FakeHost();
    let give: () => void = () => undefined;
    host.loadDraft.mockReturnValue(
      new Promise(resolve => {
        give = () => resolve({ town: { value: 'Bergen' }, guests: { value: '7' } });
      })
    );
    await showPage(document, 'input', all);
    const page = activatePage(document, host);
    type('[data-variable=town]', 'Oslo');
    give();
    await page.ready;
    expect(find<HTMLInputElement>('[data-variable=town]').value).toBe('Oslo');
    expect(find<HTMLInputElement>('[data-variable=guests]').value).toBe('7');
  });

  it('ignores drafts of another shape', async () => {
    const host = new FakeHost();
    host.draft = {
      town: 5,
      guests: { value: [1] },
      notes: null,
      dessert: { uri: '/f/1' },
      gone: {}
    };
    const { page } = await openPage('input', all, {}, host);
    expect(page.isChanged).toBe(false);
  });

  it('shows refusals beside their fields and goes to the first', async () => {
    const { page } = await openPage('input', all);
    page.setErrors([
      { variable: 'extras', message: '"<b>" is not one of the options' },
      { variable: 'guests', message: 'must be a number' },
      { variable: 'gone', message: 'is missing' }
    ]);
    const input = find('[data-variable=guests]');
    expect(document.activeElement).toBe(input);
    expect(input.getAttribute('aria-invalid')).toBe('true');
    const error = find(`[id="${input.id}-error"]`);
    expect(error.hidden).toBe(false);
    expect(error.textContent).toBe('must be a number');
    expect(input.getAttribute('aria-describedby')).toContain(error.id);
    expect(find('[role=alert]').textContent).toBe('gone: is missing');
    type('[data-variable=guests]', '4');
    expect(error.hidden).toBe(true);
    expect(input.hasAttribute('aria-invalid')).toBe(false);
    page.setErrors([]);
    expect(find('[role=alert]').hidden).toBe(true);
    expect(document.querySelectorAll('[aria-invalid=true]')).toHaveLength(0);
  });

  it('keeps fields of one variable alike', async () => {
    const { page } = await openPage('input', {
      ...all,
      templates: ['{ town } { town } { file } { file }']
    });
    const [first, second] = document.querySelectorAll<HTMLInputElement>('[data-variable=town]');
    first.value = 'Oslo';
    first.dispatchEvent(new Event('input', { bubbles: true }));
    expect(second.value).toBe('Oslo');
    expect(await page.values()).toMatchObject({ town: { value: 'Oslo' } });
  });

  it('submits once, shows what is refused, and can submit again', async () => {
    const { host } = await openPage('input', all);
    host.submit.mockResolvedValueOnce([{ variable: 'guests', message: 'is too much' }]);
    click('Run');
    click('Run');
    await until(() => document.querySelector('[aria-invalid=true]') !== null);
    expect(host.submit).toHaveBeenCalledTimes(1);
    await until(() => find('form').getAttribute('aria-busy') === 'false');
    click('Run');
    await until(() => host.submit.mock.calls.length === 2);
    expect(document.querySelectorAll('[aria-invalid=true]')).toHaveLength(0);
  });

  it('says why it could not be submitted', async () => {
    const { host } = await openPage('input', all);
    host.submit.mockRejectedValueOnce(new Error('The queue is <full>.'));
    click('Run');
    await until(() => document.querySelector('[role=alert] p') !== null);
    expect(find('[role=alert]').textContent).toBe('The queue is <full>.');
  });

  it('takes a large value of the batch from its address', async () => {
    const host = new FakeHost();
    let give: (response: Response) => void = () => undefined;
    host.fetchData.mockReturnValue(new Promise(resolve => (give = resolve)));
    await showPage(document, 'input', all);
    find('[data-variable=notes]').setAttribute('data-fetch', '');
    find<HTMLTextAreaElement>('[data-variable=notes]').defaultValue = '';
    const page = activatePage(document, host);
    expect(await page.values()).not.toHaveProperty('notes');
    give(answer('large'));
    await until(() => find<HTMLTextAreaElement>('[data-variable=notes]').value !== '');
    expect(page.isChanged).toBe(false);
    expect(await page.values()).toHaveProperty('notes', { value: 'large' });
  });

  it('lives in a shadow root as well', async () => {
    const shell = document.createElement('div');
    document.body.replaceChildren(shell);
    const root = shell.attachShadow({ mode: 'open' });
    await showPage(root, 'input', all);
    const page = activatePage(root, new FakeHost());
    await page.ready;
    type('[data-variable=town]', 'Oslo', root);
    expect(await page.values()).toMatchObject({ town: { value: 'Oslo' } });
    page.setErrors([{ variable: 'town', message: 'no' }]);
    expect(root.activeElement).toBe(find('[data-variable=town]', root));
  });

  it('leaves a page without a form alone, and one without a page', async () => {
    const { page } = await openPage('output', { variables: [] });
    expect(await page.values()).toEqual({});
    document.body.replaceChildren();
    const none = activatePage(document, new FakeHost());
    await none.refresh();
    expect(none.isChanged).toBe(false);
    none.dispose();
  });

  it('takes away what it added, and hears nothing more', async () => {
    await showPage(document, 'input', { ...all, templates: ['{ town } { file }', '{ guests }'] });
    const markup = document.body.innerHTML;
    const host = new FakeHost();
    const page = activatePage(document, host);
    await page.ready;
    page.dispose();
    page.dispose();
    expect(page.isDisposed).toBe(true);
    expect(document.body.innerHTML).toBe(markup);
    type('[data-variable=town]', 'Oslo');
    expect(host.saveDraft).not.toHaveBeenCalled();
  });
});

describe('a choice of files', () => {
  const sample = { variables: [file], data: {} };
  const choose = (...names: string[]) => {
    const input = find<HTMLInputElement>('[type=file]');
    const files = names.map(name => new File(['x'], name));
    Object.defineProperty(input, 'files', { value: files, configurable: true });
    input.dispatchEvent(new Event('change', { bubbles: true }));
    return files;
  };

  it('is uploaded at once, with progress, and posted by its address', async () => {
    const { page, host } = await openPage('input', sample);
    let finish: (uri: string) => void = () => undefined;
    host.upload.mockImplementation(
      (_, onProgress) =>
        new Promise(resolve => {
          onProgress(0.5);
          finish = resolve;
        })
    );
    const files = choose('ål.txt');
    await until(() => host.upload.mock.calls.length === 1);
    expect(host.upload.mock.calls[0][0]).toEqual(files);
    expect(find<HTMLProgressElement>('progress').value).toBe(0.5);
    const values = page.values();
    finish('/f/abc');
    expect(await values).toEqual({ file: { uri: '/f/abc' } });
    expect(find('._upload [role=status]').textContent).toBe('Uploaded: ål.txt');
    expect(host.draft).toEqual({ file: { uri: '/f/abc', names: ['ål.txt'] } });
    expect(page.isChanged).toBe(true);
  });

  it('can be cancelled, and the files of the batch stay', async () => {
    const { page, host } = await openPage('input', sample);
    let signal: AbortSignal | undefined;
    host.upload.mockImplementation((_, __, given) => {
      signal = given;
      return new Promise(() => undefined);
    });
    choose('a.txt');
    await until(() => signal !== undefined);
    click('Cancel');
    expect(signal?.aborted).toBe(true);
    expect(await page.values()).toEqual({});
    expect(page.isChanged).toBe(false);
  });

  it('says why it failed, and is not left out in silence', async () => {
    const { page, host } = await openPage('input', sample);
    host.upload.mockRejectedValue(new Error('the file is too large.'));
    choose('a.txt');
    await until(() => find('._upload').textContent?.includes('failed') === true);
    expect(find('._upload').textContent).toContain('too large. Choose');
    await expect(page.values()).rejects.toThrow('“FILE”');
  });

  it('takes the newer of two uploads', async () => {
    const { page, host } = await openPage('input', sample);
    const finish: ((uri: string) => void)[] = [];
    host.upload.mockImplementation(() => new Promise(resolve => finish.push(resolve)));
    choose('a.txt');
    await until(() => finish.length === 1);
    choose('b.txt');
    await until(() => finish.length === 2);
    finish[1]('/f/b');
    finish[0]('/f/a');
    expect(await page.values()).toEqual({ file: { uri: '/f/b' } });
  });

  it('refuses several where one is asked for', async () => {
    const { host } = await openPage('input', sample);
    choose('a.txt', 'b.txt');
    expect(find('._upload').textContent).toContain('one file');
    expect(host.upload).not.toHaveBeenCalled();
  });

  it('refuses a file of another type before it is sent', async () => {
    const configuration = { 'accept-types': ['.csv'] };
    const { host } = await openPage('input', { variables: [{ ...file, configuration }] });
    choose('a.exe');
    expect(find('._upload').textContent).toContain('“a.exe” is not accepted here. Choose .csv.');
    expect(host.upload).not.toHaveBeenCalled();
    choose('A.CSV');
    await until(() => host.upload.mock.calls.length === 1);
  });

  it('takes files that are dropped', async () => {
    const { page, host } = await openPage('input', sample);
    const drop = new Event('drop', { bubbles: true, cancelable: true });
    Object.assign(drop, { dataTransfer: { files: [new File(['x'], 'a.txt')], types: ['Files'] } });
    find('._view').dispatchEvent(drop);
    expect(drop.defaultPrevented).toBe(true);
    expect(await page.values()).toEqual({ file: { uri: '/f/1' } });
    expect(host.upload).toHaveBeenCalledTimes(1);
  });

  it('comes back with a draft and can be removed', async () => {
    const host = new FakeHost();
    host.draft = { file: { uri: '/f/9', names: ['old.txt', 5] } };
    const { page } = await openPage('input', sample, {}, host);
    expect(find('._upload [role=status]').textContent).toBe('Uploaded: old.txt');
    expect(await page.values()).toEqual({ file: { uri: '/f/9' } });
    click('Remove');
    expect(await page.values()).toEqual({});
    expect(host.draft).toBeNull();
  });
});
