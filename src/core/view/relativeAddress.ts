/**
 * The address of a file beside the file of a variable, for specifications that name their data by address. Only
 * what lies in the same folder or below can be named.
 *
 * @param uri - address of the variable's data as the page has it
 * @param address - as written in the data, such as `towns.csv` or `data/towns.csv`
 * @returns null for everything else: with a scheme or host, from the root, upwards, hidden, or with a query
 */
export function addressBeside(uri: string, address: string): string | null {
  const names = address.replace(/^\.\//, '').split('/');
  // Whatever would need to be encoded in a path is no part of a plain name.
  const arePlain = names.every(name =>
    /^[^.\\:?#%\u0000-\u001f][^\\:?#%\u0000-\u001f]*$/.test(name)
  );
  if (!arePlain) {
    return null;
  }
  const base = uri.replace(/[?#].*$/, '');
  return [base, ...names.map(name => encodeURIComponent(name))].join('/');
}
