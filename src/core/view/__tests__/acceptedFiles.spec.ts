import { acceptedBy, findRefusedFile } from '../acceptedFiles';

describe('findRefusedFile()', () => {
  it.each([
    [['a.txt', 'B.CSV'], ['text/plain', '.csv'], null],
    [['a.txt', 'b.exe.png'], ['text/plain'], 'b.exe.png'],
    [['a.PNG', 'b.webp'], ['image/*'], null],
    [['a.csv'], ['image/*'], 'a.csv'],
    [['a.unheard'], ['text/plain'], null],
    [['a.unheard', 'plain'], ['.csv'], 'a.unheard'],
    [['a.html'], [], null]
  ])('of %p among %p is %p', (names, accepted, refused) => {
    expect(findRefusedFile(names, accepted)).toBe(refused);
  });

  it('knows the kinds of views, which the author may narrow', () => {
    expect(acceptedBy('image', {})).toEqual(['image/*']);
    expect(acceptedBy('image', { 'accept-types': [{ value: '.png' }] })).toEqual(['.png']);
    expect(acceptedBy('file', {})).toEqual([]);
  });
});
