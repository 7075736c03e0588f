import { createVariable } from '../../core/template/__tests__/sample';
import { FakeHost, click, find, openPage, type } from './samplePage';

const score = createVariable('output', 'score', 'number');
const title = createVariable('output', 'title', 'string');
const story = createVariable('output', 'story', 'markdown');
const chart = createVariable('output', 'chart', 'image', { path: 'chart.png' });
const town = createVariable('input', 'town', 'string');
const guests = createVariable('input', 'guests', 'number');
const dessert = createVariable('input', 'dessert', 'radio', {
  configuration: { options: [{ value: 'yes' }, { value: 'no' }] }
});

describe('refresh()', () => {
  it.each(['flex', 'none'] as const)('puts only what changed, in design %s', async design => {
    const variables = [score, title, story];
    const templates = ['# Report\n\nScore { score }, { title }\n\n{ story }'];
    const sample = { variables, templates, values: { score: 1, title: 'one' } };
    const { change } = await openPage('output', sample, { design });
    const [oldScore, oldTitle] = [find('[data-variable=score]'), find('[data-variable=title]')];
    await change({ ...sample, values: { score: 1, title: '<b>two</b>', story: '*now*' } });
    expect(find('[data-variable=score]')).toBe(oldScore);
    expect(find('[data-variable=title]')).not.toBe(oldTitle);
    expect(find('[data-variable=title]').textContent).toBe('<b>two</b>');
    expect(find('[data-variable=story] em').textContent).toBe('now');
    expect(document.querySelectorAll('[data-variable]')).toHaveLength(3);
  });

  it('does nothing when nothing changed', async () => {
    const sample = { variables: [score], values: { score: 1 } };
    const { change } = await openPage('output', sample);
    const markup = document.body.innerHTML;
    const element = find('[data-variable=score]');
    await change(sample);
    await change(sample);
    expect(document.body.innerHTML).toBe(markup);
    expect(find('[data-variable=score]')).toBe(element);
  });

  it('shows the warning of an output that was not written, and takes it away', async () => {
    const sample = { variables: [score, title], templates: ['{ score } { title }'] };
    const missing = new Map([['score', 'was not written']]);
    const { change, host, page } = await openPage('output', { ...sample, values: { score: 1 } });
    const { renderStep } = await import('../../core/template/stepPage');
    const { createRequest } = await import('../../core/template/__tests__/sample');
    const newer = { ...sample, values: { score: 1, title: 'x' } };
    host.fragment = await renderStep(createRequest('output', newer, { missing }));
    await page.refresh();
    expect(find('._warning').textContent).toBe('was not written');
    expect(find('[data-variable=title]').textContent).toBe('x');
    await change({ ...sample, values: { score: 2, title: 'x' } });
    expect(document.querySelector('._warning')).toBeNull();
  });

  it('keeps the element of an image, so that the old one stays until the new one is there', async () => {
    const sample = { variables: [chart], data: { chart: png(1) } };
    const { change } = await openPage('output', sample);
    const image = find<HTMLImageElement>('img');
    const { src } = image;
    await change({ ...sample, data: { chart: png(2) } });
    expect(find('img')).toBe(image);
    expect(image.src).not.toBe(src);
  });

  it('shows new values in controls that nobody touched', async () => {
    const sample = { variables: [town, guests], values: { town: 'Oslo', guests: 1 } };
    const { change, page } = await openPage('input', sample);
    find('[data-variable=guests]').focus();
    await change({ ...sample, values: { town: 'Bergen', guests: 2 } });
    expect(await page.values()).toEqual({ town: { value: 'Bergen' }, guests: { value: '2' } });
    expect(page.isChanged).toBe(false);
    expect(document.activeElement).toBe(find('[data-variable=guests]'));
  });

  it('never overwrites what a person gave, and offers the new value', async () => {
    const sample = {
      variables: [town, dessert],
      values: { town: 'Oslo', dessert: 'no' }
    };
    const { change, page, host } = await openPage('input', sample);
    type('[data-variable=town]', 'Mine');
    const input = find<HTMLInputElement>('[data-variable=town]');
    await change({ ...sample, values: { town: 'Bergen', dessert: 'yes' } });
    expect(find('[data-variable=town]')).toBe(input);
    expect(input.value).toBe('Mine');
    expect(find('._notice').textContent).toContain('another value');
    expect(await page.values()).toMatchObject({ dessert: { value: 'yes' } });
    click('Use it');
    expect(input.value).toBe('Bergen');
    expect(page.isChanged).toBe(false);
    expect(document.querySelector('._notice')).toBeNull();
    expect(host.draft).toBeNull();
    expect(document.activeElement).toBe(input);
  });

  it('counts a value as unchanged when the batch has it meanwhile', async () => {
    const sample = { variables: [town], values: { town: 'Oslo' } };
    const { change, page } = await openPage('input', sample);
    type('[data-variable=town]', 'Bergen');
    await change({ ...sample, values: { town: 'Bergen' } });
    expect(page.isChanged).toBe(false);
    expect(document.querySelector('._notice')).toBeNull();
  });

  it('puts the whole page when its template changed, with what a person gave', async () => {
    const sample = { variables: [town, guests], values: { town: 'Oslo', guests: 1 } };
    const { change, page } = await openPage('input', { ...sample, templates: ['{ town }'] });
    type('[data-variable=town]', 'Mine');
    await change({ ...sample, templates: ['# New\n\n{ guests } { town }'] });
    expect(find('h1').textContent).toBe('New');
    expect(await page.values()).toEqual({ guests: { value: '1' }, town: { value: 'Mine' } });
    type('[data-variable=guests]', '5');
    expect(await page.values()).toMatchObject({ guests: { value: '5' } });
  });

  it('notices a changed text although all variables stand where they stood', async () => {
    const sample = { variables: [score], values: { score: 1 } };
    const { change } = await openPage('output', { ...sample, templates: ['Score { score }'] });
    await change({ ...sample, templates: ['Points { score }'] });
    expect(find('._template').textContent).toContain('Points');
  });

  it('leaves changed templates to a host that wants them', async () => {
    const sample = { variables: [score], values: { score: 1 } };
    const host = Object.assign(new FakeHost(), { onTemplateChange: jest.fn() });
    const { change } = await openPage('output', sample, {}, host);
    await change({ ...sample, values: { score: 2 } });
    expect(host.onTemplateChange).not.toHaveBeenCalled();
    await change({ ...sample, templates: ['New { score }'] });
    expect(host.onTemplateChange).toHaveBeenCalledTimes(1);
  });

  it('lets nothing in that acts', async () => {
    const sample = { variables: [title], values: { title: 'x' } };
    const { host, page } = await openPage('output', sample);
    host.fragment = {
      stamp: 'evil',
      html: `<div class="_page"><section class="_template">
        <a href="javascript:evil()" onclick="evil()" target="_blank">x</a><script>evil()</script>
        <iframe src="/x"></iframe><style>body {}</style><img src="x" onerror="evil()">
        </section></div>`
    };
    await page.refresh();
    const page_ = find('._page');
    expect(page_.querySelector('script, iframe, style')).toBeNull();
    expect(page_.innerHTML).not.toContain('evil');
    expect(find('a').getAttribute('target')).toBe('_blank');
  });

  it('keeps what is folded out and where the focus is', async () => {
    const values = (text: string) => ({
      story: `<details><summary>More</summary>${text}</details>`
    });
    const { change } = await openPage('output', { variables: [story], values: values('one') });
    find<HTMLDetailsElement>('details').open = true;
    await change({ variables: [story], values: values('two') });
    expect(find<HTMLDetailsElement>('details').open).toBe(true);
    expect(find('details').textContent).toContain('two');
  });

  it('rejects when the page cannot be read, which stays as it is', async () => {
    const { host, page } = await openPage('output', { variables: [score], values: { score: 1 } });
    host.fetchFragment.mockRejectedValueOnce(new Error('gone'));
    await expect(page.refresh()).rejects.toThrow('gone');
    expect(find('[data-variable=score]').textContent).toBe('1');
  });

  it('keeps data that look like markup in attributes', async () => {
    const data = createVariable('output', 'data', 'json');
    const { change, host } = await openPage('output', { variables: [data] });
    expect(host.onData).not.toHaveBeenCalled();
    const value = ['</style><img src=x onerror=evil()>', '-->', '</textarea>'];
    await change({ variables: [data], values: { data: value } });
    expect(host.onData).toHaveBeenLastCalledWith(
      expect.objectContaining({ variable: 'data', value, isRefresh: true })
    );
  });

  it('keeps text that looks like markup in controls', async () => {
    const notes = createVariable('input', 'notes', 'text');
    const text = '</textarea><script>evil()</script>\n<b>';
    const { change, page } = await openPage('input', {
      variables: [notes],
      values: { notes: 'x' }
    });
    await change({ variables: [notes], values: { notes: text } });
    expect(await page.values()).toEqual({ notes: { value: text } });
    expect(document.querySelector('script')).toBeNull();
  });
});

function png(size: number) {
  return { kind: 'file' as const, name: 'chart.png', type: 'image/png', size };
}
