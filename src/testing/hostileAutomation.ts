import type { JsonObject, JsonValue } from '../core/json';
import { createViewRegistry } from '../core/view/registry';

/** Name of the window's property that a script which came through would set. */
export const HACKED = '__hacked';

/** Address of what is not to be loaded, until a test puts a server there. */
export const CANARY_URI = 'http://canary.invalid/hit';

/** Texts each of which would run a script, load something or change the page, where it is taken for markup. */
export function hostileTexts(canary: string = CANARY_URI): string[] {
  const code = `window.${HACKED}=1;new Image().src='${canary}'`;
  return [
    `<script>${code}</script>`,
    `</script><script>${code}</script>`,
    `</textarea></title></style><img src=x onerror="${code}">`,
    `"><svg onload="${code}"><x-evil>`,
    `' autofocus onfocus='${code}' x='`,
    `<iframe srcdoc="<script>parent.${HACKED}=1</script>"></iframe>`,
    `<iframe src="javascript:parent.${HACKED}=1"></iframe>`,
    `<a href="javascript:${code}">x</a><form action="javascript:${code}"><button>x</button></form>`,
    `<math><mtext><table><mglyph><style><img src=x onerror="${code}"></style></mglyph></table></mtext></math>`,
    `<noscript><p title="</noscript><img src=x onerror=${code}>">`,
    `<img src="${canary}"><link rel=stylesheet href="${canary}"><video poster="${canary}" src="${canary}"></video>`,
    `<style>@import url(${canary});*{background:url(${canary})}</style><p style="background:url(${canary})">x</p>`,
    `<meta http-equiv="refresh" content="0;url=${canary}"><base href="${canary}">`,
    `<object data="${canary}"></object><embed src="${canary}">`,
    `[x](javascript:${code}) ![x](${canary}) <javascript:${code}>`,
    `javascript:${code}`,
    `data:text/html,<script>${code}</script>`,
    `{ROOT_URI} { marker } {{ constructor.constructor("${code}")() }} {% raw %} \${${code}}`,
    `=HYPERLINK("${canary}")`
  ];
}

/** Data of the kinds that views read as JSON, with hostile texts wherever texts may be; the first is for any view. */
function hostileJson(view: string, canary: string): JsonValue {
  const texts = hostileTexts(canary);
  const all = texts.join(' ');
  const properties: JsonObject = Object.fromEntries(
    texts.map((text, at) => [`${at}${text}`, text])
  );
  if (view === 'chart') {
    return {
      title: all,
      description: all,
      data: {
        values: texts.map((text, at) => ({ a: text, b: at, u: `javascript:window.${HACKED}=1` }))
      },
      mark: { type: 'bar', tooltip: { content: 'data' } },
      transform: [{ calculate: `window.${HACKED}=1`, as: 'x' }],
      encoding: {
        x: { field: 'a', type: 'nominal', title: all },
        y: { field: 'b', type: 'quantitative' },
        href: { field: 'u' },
        url: { value: canary }
      }
    };
  }
  if (view.startsWith('map')) {
    return {
      type: 'FeatureCollection',
      features: [{ type: 'Feature', properties, geometry: { type: 'Point', coordinates: [0, 0] } }]
    };
  }
  if (view === 'cell') {
    return [
      { output_type: 'stream', name: 'stdout', text: all },
      { output_type: 'error', ename: texts[0], evalue: all, traceback: texts },
      ...['text/html', 'text/markdown', 'image/svg+xml', 'application/javascript', 'image/png'].map(
        type => ({
          output_type: 'display_data',
          data: { [type]: all, 'text/plain': all },
          metadata: {}
        })
      )
    ];
  }
  return { columns: texts, data: [texts, texts], ...properties };
}

/** Configuration of a view with a hostile text for every key that takes one. */
function hostileConfiguration(view: string, canary: string): JsonObject {
  const known = createViewRegistry().get(view);
  const text = hostileTexts(canary).join(' ');
  const options = hostileTexts(canary).map(value => ({ value, name: value }));
  const entries = (known?.configurationKeys ?? [])
    // It names a file.
    .filter(key => key !== 'path')
    .flatMap((key): [string, JsonValue][] => {
      const value = key === 'options' || key === 'suggestions' ? options : text;
      return known?.check?.({ [key]: value }).length ? [] : [[key, value]];
    });
  return { ...Object.fromEntries(entries), help: text };
}

/**
 * Files of an automation that shows every view there is, in every step, on hostile values.
 *
 * @param canary - address that nothing may load
 * @param marker - value of the output `marker`, by which a test sees that a page is up to date
 * @returns text by path relative to its folder; the batch is `standard`, its script fails with hostile lines
 */
export function hostileAutomation(
  canary: string = CANARY_URI,
  marker = 'first'
): Record<string, string> {
  const texts = hostileTexts(canary);
  const all = texts.join(' ');
  const registry = createViewRegistry();
  const files: Record<string, string> = {};
  const values: Record<string, Record<string, JsonValue>> = { input: {}, output: { marker } };
  const steps: Record<string, JsonObject[]> = {
    input: [],
    output: [{ id: 'marker', view: 'string', path: 'variables.dictionary' }]
  };
  const add = (step: 'input' | 'output', id: string, view: string, path: string) =>
    steps[step].push({
      ...{ id, view, path, label: all },
      configuration: hostileConfiguration(view, canary)
    });
  for (const view of registry.names()) {
    const found = registry.get(view);
    const name = view.replace(/-/g, '_');
    if (found?.input && found.parse) {
      add('input', `in_${name}`, view, 'variables.dictionary');
      values.input[`in_${name}`] = all;
    }
    if (found?.output) {
      add('output', `text_${name}`, view, 'variables.dictionary');
      values.output[`text_${name}`] = all;
      for (const [suffix, text] of [
        ['json', JSON.stringify(hostileJson(view, canary))],
        ['csv', `${texts.map(item => JSON.stringify(item).replace(/\\"/g, '""')).join(',')}\n1\n`]
      ]) {
        add('output', `${suffix}_${name}`, view, `${name}.${suffix}`);
        files[`batches/standard/output/${name}.${suffix}`] = text;
      }
    }
  }
  for (const [step, items] of Object.entries(values)) {
    files[`batches/standard/${step}/variables.dictionary`] = JSON.stringify(items);
  }
  const written = { variables: [{ id: 'said', view: 'text', path: 'said.txt', label: all }] };
  files['batches/standard/log/said.txt'] = all;
  files['batches/standard/debug/said.txt'] = all;
  files['fail.js'] = `const text = ${JSON.stringify(all)};
console.log(text);
console.error(text);
process.exit(1);
`;
  files['automate.yaml'] = JSON.stringify({
    ...{ crosscompute: '0.9.4', name: all, slug: 'hostile', title: all, description: all },
    copyright: { name: all },
    input: { variables: steps.input },
    output: { variables: steps.output },
    log: written,
    debug: written,
    batches: [{ folder: 'batches/standard', name: all, slug: 'standard' }],
    scripts: [{ command: 'node fail.js' }]
  });
  return files;
}
