import { minimal, read, withInput } from './reading';

const input = (fields: string) => withInput(fields);
const scripts = (item: string) => minimal(`scripts: [${item}]\n`);
const batch = (fields: string) => `crosscompute: 0.9.4\noutput:\nbatches: [{${fields}}]\n`;
const print = (configuration: string) =>
  minimal(
    `print: {variables: [{id: a, view: pdf, path: a.pdf, configuration: ${configuration}}]}\n`
  );

describe('each problem', () => {
  it.each([
    ['crosscompute:\n', '1:14 error version-empty'],
    [minimal('input: {templates: [{path: ../../x.md}]}\n'), '4:28 warning path-outside-root'],
    [minimal('input: {templates: [{path: scripts}]}\n'), '4:28 error file-not-a-file'],
    [input('id: a!, view: string, path: a'), '6:10 error invalid-id'],
    [input('id: a, view: image, path: a'), '6:19 warning view-step'],
    [
      input('id: a, view: string, path: a, configuration: {path: a.yaml}'),
      '6:58 error configuration-path-suffix'
    ],
    [input('id: a, view: string, path: a, mode: output'), '6:42 error unknown-mode'],
    [input("id: a, view: string, path: '{index}.txt'"), '6:33 warning file-placeholder'],
    [input("id: a, view: file, path: '{x}.txt'"), '6:31 error file-placeholder'],
    [print('{page-number: {location: left}}'), '4:93 error print-location'],
    [print('{page-number: {alignment: top}}'), '4:94 error print-alignment'],
    [batch('folder: b, configuration: {path: b.xlsx}'), '3:45 error batch-source'],
    [batch('folder: b, reference: {folder: x}'), '3:43 error reference-not-found'],
    [scripts('{command: a, path: tip.py}'), '4:24 error script-conflict'],
    [scripts('{path: run.sh}'), '4:18 error script-suffix'],
    [scripts('{function: tip.a, language: perl}'), '4:39 error script-language'],
    [scripts('{command: "a \'b"}'), '4:21 error script-quotes'],
    [scripts('{command: "a {x}"}'), '4:21 warning script-placeholder'],
    [scripts('{function: run}'), '4:22 error script-function'],
    [scripts('{path: input.md.ipynb}'), '4:18 error file-not-found'],
    [minimal('environment: {engine: docker}\n'), '4:23 error unknown-engine'],
    [minimal('environment: {variables: [{id: NOPE}]}\n'), '4:32 error environment-variable'],
    [minimal('environment: {schedule: soon}\n'), '4:25 error schedule-syntax'],
    [minimal('display: {buttons: [{id: next}]}\n'), '4:26 error unknown-button']
  ])('of %j has its code, weight and place', async (text, expected) => {
    const { lines } = await read(text);
    expect(lines.map(line => line.replace(/^automate\.yaml:|: .*$/g, ''))).toContain(expected);
  });
});
