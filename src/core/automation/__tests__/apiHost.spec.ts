import { parseApiHost } from '../apiHost';

describe('parseApiHost()', () => {
  it.each([
    ['API.Example.', 'api.example', false, null],
    [' *.example.com ', 'example.com', true, null],
    ['example.com:8443', 'example.com', false, 8443],
    ['bücher.example', 'xn--bcher-kva.example', false, null],
    ['127.1', '127.0.0.1', false, null],
    ['[0:0::1]:80', '[::1]', false, 80],
    ['localhost', 'localhost', false, null]
  ])('reads %s', (text, host, isSuffix, port) => {
    expect(parseApiHost(text)).toEqual({ host, isSuffix, port });
  });

  it.each([
    ...[
      '',
      'https://example.com',
      'example.com/path',
      'a@b',
      'a b',
      '*',
      '*.',
      'a.*',
      '*.127.0.0.1'
    ],
    ...['example.com:0', 'example.com:70000', 'example.com:x', '::1', '%65xample.com']
  ])('refuses "%s"', text => {
    expect(parseApiHost(text)).toBeNull();
  });
});
