"""Work out the fee of a plot, and what its water meter counted."""

import json
import sys
from pathlib import Path

PENCE_PER_LITRE = 0.4


def main(input_folder, output_folder):
    inputs = json.loads((input_folder / 'variables.dictionary').read_text(encoding='utf-8'))
    readings = read_meter(inputs['plot'])
    litres = sum(count for _, count in readings)
    fee = 3 * inputs['area'] + litres * PENCE_PER_LITRE / 100
    (output_folder / 'variables.dictionary').write_text(json.dumps({'fee': round(fee, 2)}))
    table = {'columns': ['week', 'litres'], 'data': readings}
    (output_folder / 'water.json').write_text(json.dumps(table))


def read_meter(plot):
    """Return [week, litres] from April to September; every plot has a pattern of its own."""
    return [[week, (plot * 37 + week * week * 11) % 140] for week in range(14, 40)]


if __name__ == '__main__':
    main(Path(sys.argv[1]), Path(sys.argv[2]))
