import type { IVariable } from '../../automation/automation';
import type { JsonObject } from '../../json';
import { ProblemList } from '../../automation/problemList';
import { checkPrint } from '../../automation/checkPrint';
import { createEmptyAutomation } from '../../../testing/emptyAutomation';
import { linkFile, planDocuments } from '../printPlan';

function variable(id: string, view: string, path: string, configuration: JsonObject = {}) {
  const position = { file: '/a/automate.yaml', line: 1, column: 1 };
  return { step: 'print', id, view, path, configuration, position } as IVariable;
}

function automationOf(...variables: IVariable[]) {
  const automation = createEmptyAutomation();
  return {
    ...automation,
    steps: { ...automation.steps, print: { name: 'print', variables, templates: [] } }
  } as const;
}

function codesOf(...variables: IVariable[]): string[] {
  const problems = new ProblemList();
  checkPrint(variables, problems);
  return problems.sorted().map(({ code, message }) => `${code}: ${message}`);
}

describe('planDocuments()', () => {
  it('plans one document where the automation names none', () => {
    expect(planDocuments(automationOf())).toEqual([{ variable: null, links: [] }]);
  });

  it('plans a document for each printed variable, with its links', () => {
    const letter = variable('letter', 'pdf', 'letter.pdf');
    const slip = variable('slip', 'pdf', 'slip.pdf');
    const link = variable('get', 'link', 'letter.pdf');
    expect(planDocuments(automationOf(letter, link, slip))).toEqual([
      { variable: letter, links: [link] },
      { variable: slip, links: [] }
    ]);
  });
});

describe('linkFile()', () => {
  it('writes what the configuration leaves open', () => {
    const link = variable('get', 'link', 'a.pdf', { path: 'get.json', 'link-text': 'Save' });
    const file = linkFile(link, 'São "Paulo".pdf');
    expect(file?.path).toBe('get.json');
    expect(JSON.parse(file?.text ?? '')).toEqual({ 'file-name': 'São "Paulo".pdf' });
  });

  it('is null without a path', () => {
    expect(linkFile(variable('get', 'link', 'a.pdf'), 'a.pdf')).toBeNull();
  });
});

describe('checkPrint()', () => {
  it('finds nothing in documents of their own', () => {
    expect(
      codesOf(
        variable('a', 'pdf', 'a.pdf', { name: '{town}.pdf' }),
        variable('b', 'pdf', 'b.pdf'),
        variable('c', 'pdf', 'c.pdf'),
        variable('d', 'link', 'a.pdf')
      )
    ).toEqual([]);
  });

  it('names two documents that would be one file, and a link that leads nowhere', () => {
    expect(codesOf(variable('a', 'pdf', 'x.pdf'), variable('b', 'pdf', 'x.pdf'))).toEqual([
      'print-name-conflict: "a" and "b" would both write "x.pdf"'
    ]);
    expect(
      codesOf(
        variable('a', 'pdf', 'a.pdf', { name: 'same' }),
        variable('b', 'pdf', 'b.pdf', { name: 'same' })
      )
    ).toEqual(['print-name-conflict: "a" and "b" would both write "same"']);
    expect(codesOf(variable('d', 'link', 'none.pdf'))).toEqual([
      'print-link: link "d" points to "none.pdf", which nothing prints'
    ]);
  });
});
