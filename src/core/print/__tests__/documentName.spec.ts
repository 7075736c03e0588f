import {
  DEFAULT_NAME,
  documentName,
  formatTimestamp,
  safeFileName,
  UniqueNames
} from '../documentName';

const VALUES = new Map<string, string | number>([
  ['town', 'São Paulo'],
  ['guests', 4],
  ['ratio', 0.00001]
]);

function nameOf(template: string, batchName = 'standard'): string {
  return documentName(template, {
    batchName,
    view: 'pdf',
    timestamp: '20260102-030405-006000',
    find: id => VALUES.get(id) ?? null
  });
}

describe('documentName()', () => {
  it.each([
    [DEFAULT_NAME, 'standard.pdf'],
    ['{town}, {guests} guests.pdf', 'São Paulo, 4 guests.pdf'],
    ['{ town | slug }-{timestamp}', 'são-paulo-20260102-030405-006000.pdf'],
    ['{ratio}', '1e-05.pdf'],
    ['Report.PDF', 'Report.pdf'],
    ['{unknown}', '{unknown}.pdf'],
    ['{toString}', '{toString}.pdf'],
    ['', 'document.pdf']
  ])('makes %j into %j', (template, name) => {
    expect(nameOf(template)).toBe(name);
  });

  it('keeps the points of a batch that has some', () => {
    expect(nameOf(DEFAULT_NAME, 'version 1.2')).toBe('version 1.2.pdf');
  });

  it('stays in its folder, whatever a value holds', () => {
    expect(nameOf('{batch name}', '../../etc/passwd\0\n')).toBe('-..-etc-passwd.pdf');
  });
});

describe('safeFileName()', () => {
  it.each([
    ['a/b\\c:d*e?f"g<h>i|j', 'a-b-c-d-e-f-g-h-i-j.pdf'],
    ['CON', '_CON.pdf'],
    ['com1.report', '_com1.report.pdf'],
    ['console', 'console.pdf'],
    ['...', 'document.pdf'],
    [' . hidden . ', 'hidden.pdf'],
    ['in\u202Evoice', 'invoice.pdf'],
    ['e\u0301te\u0301', 'été.pdf'],
    ['日本 語', '日本 語.pdf']
  ])('makes %j into %j', (stem, name) => {
    expect(safeFileName(stem, '.pdf')).toBe(name);
  });

  it('cuts a long name between two letters, and keeps its suffix', () => {
    const name = safeFileName('語'.repeat(500), '.pdf');
    expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(200);
    expect(name).toMatch(/^語{65}\.pdf$/);
  });
});

describe('UniqueNames', () => {
  it('numbers names that a file system may take for the same', () => {
    const names = new UniqueNames();
    const given = ['a.pdf', 'A.pdf', 'a.pdf', 'a-2.pdf', 'é.pdf', 'e\u0301.pdf', 'b.pdf'];
    expect(given.map(name => names.add(name))).toEqual([
      'a.pdf',
      'A-2.pdf',
      'a-3.pdf',
      'a-2-2.pdf',
      'é.pdf',
      'e\u0301-2.pdf',
      'b.pdf'
    ]);
  });
});

describe('formatTimestamp()', () => {
  it('sorts as time does', () => {
    expect(formatTimestamp(new Date(2026, 0, 2, 3, 4, 5, 6))).toBe('20260102-030405-006000');
  });
});
