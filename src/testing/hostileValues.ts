import fc from 'fast-check';
import type { JsonValue } from '../core/json';

/** Text that would become markup, script, a template variable or an odd sight if it were not escaped. */
const HOSTILE = [
  '<x-evil onclick="evil()">x</x-evil>',
  '"><x-evil>',
  "' onclick='evil()' x='",
  '</textarea><x-evil></x-evil>',
  '</script><script>evil()</script>',
  '--><x-evil><!--',
  '{ other }',
  '{{ other }}',
  '&lt;x-evil&gt;&#60;x-evil>',
  'javascript:evil()',
  '[x](javascript:evil()) ![x](http://evil.example/x.png)',
  'NUL\0in',
  '\u202Eright to left\u202C',
  'עברית',
  '👩‍🚀 emoji 日本語',
  '\uD800 lone',
  ' blanks ',
  ''
];

/** Any text, often such that would do something if it were not escaped. */
export const hostileText = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string(),
  fc.fullUnicodeString()
);

/** Any JSON value that holds no other. */
export const hostileScalar: fc.Arbitrary<JsonValue> = fc.oneof(
  hostileText,
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null)
);
const { json } = fc.letrec<{ json: JsonValue }>(tie => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    hostileScalar,
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(hostileText, tie('json'), { maxKeys: 4, noNullPrototype: true }),
    fc.record({
      columns: fc.array(hostileText, { maxLength: 3 }),
      data: fc.array(fc.array(tie('json'), { maxLength: 3 }), { maxLength: 3 })
    })
  )
})) as { json: fc.Arbitrary<JsonValue> };

/** Any JSON value, with hostile texts in it. */
export const hostileJson = json;

/**
 * Expect that no element below another one does something, whatever data stand in them: neither handlers, nor styles,
 * nor addresses that are scripts.
 */
export function expectInert(root: Element): void {
  for (const element of root.querySelectorAll('*')) {
    for (const { name, value } of element.attributes) {
      expect(name).toMatch(/^[a-z][a-z-]*$/);
      expect(name).not.toMatch(/^(on|style$|srcdoc$|formaction$)/);
      if (['href', 'src', 'poster', 'data-src', 'data-uri'].includes(name)) {
        expect(value.replace(/[\0- ]/g, '')).not.toMatch(/^(javascript|vbscript|data:text)/i);
      }
    }
  }
}
