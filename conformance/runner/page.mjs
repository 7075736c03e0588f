import { Parser } from 'htmlparser2';

/**
 * Read what a page shows of variables, the same way for any system that keeps the hooks of the format: the class
 * of a variable's place names its view and its id.
 *
 * @param text - HTML
 * @returns texts of outputs, values of controls, chosen options and labels, by variable id
 */
export function readPage(text) {
  const page = new PageReader();
  const parser = new Parser(page.handler(), { decodeEntities: true });
  parser.end(text);
  return page.result();
}

const VOID = new Set(['input', 'img', 'br', 'hr', 'meta', 'link', 'option']);

class PageReader {
  handler() {
    return {
      onopentag: (name, attributes) => this._open(name, attributes),
      ontext: text => this._text(text),
      onclosetag: name => this._close(name)
    };
  }

  result() {
    const { outputs, controls, checked, labels, ids } = this;
    return { outputs, controls, checked, labels: labels.map(clean).filter(Boolean), ids: [...ids] };
  }

  outputs = {};
  controls = {};
  checked = {};
  labels = [];
  ids = new Set();

  _open(name, attributes) {
    const place = placeOf(name, attributes);
    if (place) {
      this.ids.add(place.id);
    }
    if (name === 'input' && attributes.checked !== undefined) {
      const owner = place?.id ?? this._stack.map(entry => entry.place?.id).findLast(Boolean);
      (this.checked[owner ?? attributes.name] ??= []).push(attributes.value ?? 'on');
    }
    if (name === 'input' && place) {
      this.controls[place.id] ??= attributes.value ?? '';
    }
    if (!VOID.has(name)) {
      this._stack.push({ name, place, text: '' });
    }
  }

  _text(text) {
    for (const entry of this._stack) {
      entry.text += text;
    }
  }

  _close(name) {
    if (VOID.has(name)) {
      return;
    }
    const at = this._stack.findLastIndex(entry => entry.name === name);
    for (const entry of at < 0 ? [] : this._stack.splice(at)) {
      this._closed(entry);
    }
  }

  _closed({ name, place, text }) {
    if (name === 'label') {
      this.labels.push(text);
    } else if (place && name === 'textarea') {
      this.controls[place.id] ??= text.replace(/^\n/, '');
    } else if (place) {
      this.outputs[place.id] ??= clean(text);
    }
  }

  _stack = [];
}

/** The variable whose place an element is: by `data-variable`, else by its classes. */
function placeOf(name, attributes) {
  if (name === 'label' || name === 'script' || name === 'style') {
    return null;
  }
  const marks = /(?:^| )_(input|output|log|debug|print) _[\w-]+ (.+)$/.exec(attributes.class ?? '');
  const id = attributes['data-variable'] ?? marks?.[2];
  return id === undefined ? null : { id };
}

function clean(text) {
  return text.replace(/\s+/g, ' ').trim();
}
