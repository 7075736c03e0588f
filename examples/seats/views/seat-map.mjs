/* A view of this tool's own: a hall of seats, to choose in and to show. The server asks it for values and markup, and pages load
 * it for `activate`. */

const ROWS = 'ABCDEFGH';

/** The seats in a text such as "A1 B2". */
function seatsOf(data) {
  return data.kind === 'value' ? String(data.value).split(/\s+/).filter(Boolean) : [];
}

/** Draw the hall; `html` escapes every value that is put into it. */
function drawHall(html, { rows = 4, columns = 6 }, chosen, seat) {
  return Array.from(
    { length: rows },
    (_, row) =>
      html`<div class="seat-row">
        ${Array.from({ length: columns }, (_, column) => seat(`${ROWS[row]}${column + 1}`, chosen))}
      </div>`
  );
}

export default {
  name: 'seat-map',
  refresh: 'inline',
  configurationKeys: ['rows', 'columns'],

  check({ rows = 4 }) {
    return rows > ROWS.length
      ? [{ key: 'rows', severity: 'error', message: `a hall has at most ${ROWS.length} rows` }]
      : [];
  },

  parse(raw, { rows = 4, columns = 6 }, { InputProblem }) {
    const seats = String(raw).split(/\s+/).filter(Boolean);
    for (const seat of seats) {
      const row = ROWS.indexOf(seat[0]);
      const column = Number(seat.slice(1));
      if (row < 0 || row >= rows || !(column >= 1 && column <= columns)) {
        throw new InputProblem(`there is no seat "${seat}"`);
      }
    }
    if (!seats.length) {
      throw new InputProblem('choose at least one seat');
    }
    return seats.join(' ');
  },

  input({ data, configuration }, { html }) {
    const chosen = seatsOf(data);
    const button = (seat, taken) =>
      html`<button class="seat" data-seat="${seat}" aria-pressed="${String(taken.includes(seat))}">
        ${seat}
      </button>`;
    return html`${drawHall(html, configuration, chosen, button)}
      <input type="hidden" name="value" value="${chosen.join(' ')}" />`;
  },

  output({ data, configuration }, { html }) {
    const chosen = seatsOf(data);
    const seat = (name, taken) =>
      taken.includes(name) ? html`<strong class="seat">${name}</strong>` : html`<span class="seat">·</span>`;
    return html`<p>${chosen.length} seats: ${chosen.join(', ')}</p>
      ${drawHall(html, configuration, chosen, seat)}`;
  },

  activate(element, { mode, value, setValue, onValue, signal }) {
    if (mode !== 'input') {
      return;
    }
    const buttons = [...element.querySelectorAll('.seat')];
    const show = text => {
      const chosen = text.split(' ');
      buttons.forEach(button =>
        button.setAttribute('aria-pressed', String(chosen.includes(button.dataset.seat)))
      );
    };
    element.addEventListener(
      'click',
      ({ target }) => {
        const button = target.closest('.seat');
        if (button) {
          const isChosen = button.getAttribute('aria-pressed') === 'true';
          button.setAttribute('aria-pressed', String(!isChosen));
          const chosen = buttons.filter(each => each.getAttribute('aria-pressed') === 'true');
          setValue(chosen.map(({ dataset }) => dataset.seat).join(' '));
        }
      },
      { signal }
    );
    onValue(show);
    show(value());
  }
};
