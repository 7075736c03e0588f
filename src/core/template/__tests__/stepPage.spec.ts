import { JSDOM } from 'jsdom';
import { renderStep, type IStepRequest } from '../stepPage';
import { createRequest, createVariable, type ISample } from './sample';

const guests = createVariable('input', 'guests', 'number', { configuration: { min: 1 } });
const choice = createVariable('input', 'choice', 'radio');
const secret = createVariable('input', 'secret', 'password');
const total = createVariable('output', 'total', 'number');
const chart = createVariable('output', 'chart', 'image', { path: 'chart.png' });

async function render(step: 'input' | 'output', sample: ISample, more: Partial<IStepRequest> = {}) {
  const rendered = await renderStep(createRequest(step, sample, more));
  const body = new JSDOM(rendered.html).window.document.body;
  return { ...rendered, body, text: body.textContent?.replace(/\s+/g, ' ').trim() };
}

describe('renderStep()', () => {
  it('shows all variables in order when there is no template', async () => {
    const { variables } = await render('output', { variables: [total, chart, guests] });
    expect(variables.map(({ id, elementId, mode }) => [id, elementId, mode])).toEqual([
      ['total', 'v0', 'output'],
      ['chart', 'v1', 'output']
    ]);
  });

  it('folds templates and variables in an accordion, each with its name', async () => {
    const templates = ['# Who &amp; what\n\n{ guests }', '# { total }\n\n{ chart }'];
    const sample = { variables: [guests, total, chart], templates };
    const { body } = await render('input', sample, { design: 'accordion' });
    const titles = [...body.querySelectorAll('._template > details > summary')];
    expect(titles.map(({ textContent }) => textContent)).toEqual(['Who & what', 'Section 2']);
    const field = body.querySelector('details._view[open] #v0');
    expect(field?.getAttribute('aria-label')).toBe('GUESTS');
    expect(body.querySelector('details._view > summary')?.textContent).toBe('GUESTS');
    // The heading of the page stands in its line as ever.
    expect(body.querySelector('h1 > span._view')).not.toBeNull();
  });

  it('says so where there are no data yet, and warns where a run did not write', async () => {
    const missing = new Map([['chart', 'the run did not write "chart.png"']]);
    const { body } = await render('output', { variables: [total, chart] }, { missing });
    expect(body.querySelector('#v0._empty')?.textContent).toBe('no data yet');
    expect(body.querySelector('#v1._missing ._warning')?.textContent).toBe(
      'the run did not write "chart.png"'
    );
  });

  it('shows what an earlier run wrote beside the warning', async () => {
    const missing = new Map([['total', 'not written']]);
    const { text } = await render(
      'output',
      { variables: [total], values: { total: 5 } },
      { missing }
    );
    expect(text).toBe('TOTAL 5 not written');
  });

  it('asks for inputs in a form with a button Run', async () => {
    const { body } = await render('input', { variables: [guests], values: { guests: 4 } });
    const form = body.querySelector('form');
    expect(form?.querySelector<HTMLInputElement>('label[for="v0"] + input#v0')?.value).toBe('4');
    const buttons = [...(form?.querySelectorAll('button') ?? [])];
    expect(buttons.map(button => [button.textContent, button.type])).toEqual([['Run', 'submit']]);
    expect(form?.querySelector('noscript')?.textContent).toContain('JavaScript');
  });

  it("uses the author's words for the button", async () => {
    const request = createRequest('input', { variables: [guests] });
    const display = { ...request.automation.display, continueText: 'Weiter' };
    const { html } = await renderStep({
      ...request,
      automation: { ...request.automation, display }
    });
    expect(html).toContain('>Weiter</button>');
  });

  it('goes through several templates with Continue and Back, and runs at the last', async () => {
    const templates = ['{ guests }', 'Two { BUTTON_PANEL } then { choice }'];
    const { body } = await render('input', { variables: [guests, choice], templates });
    const texts = (id: string) =>
      [...body.querySelectorAll(`#${id} button`)].map(({ textContent }) => textContent);
    expect(texts('_t0')).toEqual(['Continue']);
    expect(texts('_t1')).toEqual(['Back', 'Run']);
    expect(body.querySelectorAll('._panel')).toHaveLength(2);
  });

  it('has no labels, wrappers and panel with the design none', async () => {
    const { body } = await render('input', { variables: [guests] }, { design: 'none' });
    expect(body.querySelector('._view, label, ._panel')).toBeNull();
    expect(body.querySelector('#v0')?.getAttribute('aria-label')).toBe('GUESTS');
  });

  it('prints values instead of controls, and no panel', async () => {
    const sample = { variables: [guests], values: { guests: 4 } };
    const { body, text } = await render('input', sample, { isPrint: true });
    expect(body.querySelector('form, input, ._panel')).toBeNull();
    expect(text).toBe('GUESTS 4');
  });

  it('shows values to who may look and not run, all pages of a form at once, and nothing to press', async () => {
    const templates = ['{ guests }', 'Two { BUTTON_PANEL } then { choice }'];
    const sample = { variables: [guests, choice], values: { guests: 4 }, templates };
    const { body, text } = await render('input', sample, { isReadOnly: true });
    expect(body.querySelector('form, input, button, [data-stepwise]')).toBeNull();
    expect(text).toMatch(/^GUESTS 4 Two .* You may look at these inputs, and not run others\.$/);
  });

  it('takes texts from the address for controls, and only for controls', async () => {
    const sample = { variables: [guests, secret, total], templates: ['{guests} {secret} {total}'] };
    const prefill = { guests: '0', secret: 'hidden', total: '<b>7</b>', __proto__: 'x' };
    const { body, html } = await render('input', sample, { prefill });
    expect(body.querySelector('#v0')?.getAttribute('value')).toBe('0');
    expect(body.querySelector('#v0-error')?.textContent).toBe('must be at least 1');
    expect(body.querySelector('#v0')?.getAttribute('aria-invalid')).toBe('true');
    expect(html).not.toContain('hidden"');
    expect(body.querySelector('#v2')?.textContent).toBe('no data yet');
  });

  it('asks for a variable of another step where it says so', async () => {
    const form = createVariable('output', 'answer', 'string', { mode: 'input' });
    const { body } = await render('output', { variables: [form] });
    expect(body.querySelector('form input#v0._input')).not.toBeNull();
  });

  describe('a form on the page of another step', () => {
    const answer = createVariable('output', 'answer', 'string', { mode: 'input' });
    const buttons = (body: ParentNode) =>
      [...body.querySelectorAll<HTMLButtonElement>('button')].map(({ textContent, type }) => [
        textContent,
        type
      ]);

    it('has a button to run, and at the end of its templates, too', async () => {
      const one = await render('output', { variables: [answer] });
      expect(buttons(one.body)).toEqual([['Run', 'submit']]);
      const two = await render('output', {
        variables: [answer, total],
        templates: ['{answer}', '{total}']
      });
      expect(buttons(two.body)).toEqual([
        ['Continue', 'submit'],
        ['Back', 'button'],
        ['Run', 'submit']
      ]);
    });

    it('has none where nothing is asked for', async () => {
      const sample = { variables: [total], templates: ['{total} {BUTTON_PANEL}'] };
      expect(buttons((await render('output', sample)).body)).toEqual([]);
    });
  });

  it('shows one button for templates that are shown together', async () => {
    const sample = { variables: [guests, choice], templates: ['{guests}', '{choice}'] };
    const { body } = await render('input', sample, { design: 'accordion' });
    expect([...body.querySelectorAll('button')].map(({ textContent }) => textContent)).toEqual([
      'Run'
    ]);
  });

  describe('expressions of a report', () => {
    const sample = {
      variables: [guests, total],
      values: { guests: 4 },
      templates: ['First {total}', 'Many', 'Last {BUTTON_PANEL}']
    };
    const partsOf = async (expressions: string[], more: Partial<IStepRequest> = {}) => {
      const { body } = await render('output', sample, { expressions, ...more });
      return {
        templates: [...body.querySelectorAll('._template')].map(({ id }) => id),
        buttons: [...body.querySelectorAll('button')].map(({ textContent }) => textContent),
        isStepwise: body.querySelector('[data-stepwise]') !== null
      };
    };

    it('leave templates out', async () => {
      expect(await partsOf(['', 'guests > 4', ''])).toMatchObject({
        templates: ['_t0', '_t2'],
        buttons: ['Continue', 'Back'],
        isStepwise: true
      });
      expect(await partsOf(['', 'guests === 4', ''])).toMatchObject({
        buttons: ['Continue', 'Back', 'Continue', 'Back']
      });
    });

    it('leave no button where one template is left', async () => {
      expect(await partsOf(['', 'guests > 4', 'guests > 5'])).toMatchObject({
        buttons: [],
        isStepwise: false
      });
    });

    it('do not matter in design none', async () => {
      const { templates } = await partsOf(['', 'guests > 4', ''], { design: 'none' });
      expect(templates).toHaveLength(3);
    });
  });

  it('changes the stamp of a place exactly when its data do', async () => {
    const sample = (value: number) => ({ variables: [total, chart], values: { total: value } });
    const first = await render('output', sample(1));
    const same = await render('output', sample(1), { nonce: 'abc' });
    const other = await render('output', sample(2));
    expect(same.stamp).toBe(first.stamp);
    expect(same.variables).toEqual(first.variables);
    expect(other.stamp).not.toBe(first.stamp);
    expect(other.variables[0].stamp).not.toBe(first.variables[0].stamp);
    expect(other.variables[1].stamp).toBe(first.variables[1].stamp);
  });

  it('gives nothing away of a secret, not even by its stamp', async () => {
    const page = (value: string) =>
      render('input', { variables: [secret], values: { secret: value } });
    expect((await page('one')).html).toBe((await page('three')).html);
  });

  it('reads the data of a variable once, however often it is shown', async () => {
    const request = createRequest('output', { variables: [total], templates: ['{total} {total}'] });
    const data = jest.fn(request.data);
    const { variables } = await renderStep({ ...request, data });
    expect(data).toHaveBeenCalledTimes(1);
    expect(variables).toHaveLength(2);
  });

  it("takes scripts out of an untrusted author's template, and hands its styles over", async () => {
    const templates = [
      '<style>h1 { color: red }</style>\n\n# { total }\n\n<script>evil()</script>\n\n' +
        '<div onclick="evil()" style="color: red">x</div><a href="javascript:evil()">y</a>' +
        '<form action="/evil"><button>z</button></form><iframe src="https://evil.example"></iframe>'
    ];
    const sample = { variables: [total], values: { total: 1 }, templates };
    const { html, styles, body } = await render('output', sample, { isAuthorTrusted: false });
    expect(html).not.toMatch(/evil|<form|<button|<iframe|<script|<style/);
    expect(styles).toEqual(['h1 { color: red }']);
    expect(body.querySelector('h1 #v0')?.textContent).toBe('1');
  });

  it('gives scripts of a trusted author the nonce, and no others', async () => {
    const templates = ['<script>own()</script>\n\n{ total }'];
    const sample = { variables: [total], values: { total: '<script>evil()</script>' }, templates };
    const { body } = await render('output', sample, { nonce: 'n"1' });
    const scripts = [...body.ownerDocument.querySelectorAll('script')];
    expect(scripts.map(script => [script.textContent, script.nonce])).toEqual([['own()', 'n"1']]);
  });
});
