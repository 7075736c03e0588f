/**
 * Put values of the address into the controls of secrets. The server puts those of all other controls into the page;
 * a secret is never in the source of one.
 *
 * @param address - of the page, with its query
 */
export function prefillSecrets(document: Document, address: string): void {
  const query = new URL(address, 'http://localhost').searchParams;
  const controls = document.querySelectorAll<HTMLInputElement>(
    '._page input[type=password][data-variable]'
  );
  for (const control of controls) {
    const value = query.get(control.dataset.variable ?? '');
    if (value !== null && !control.disabled) {
      control.value = value;
    }
  }
}
