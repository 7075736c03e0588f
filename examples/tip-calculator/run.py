"""Split a bill. CrossCompute calls `calculate` with the folders of a batch."""

import json


def calculate(input_folder, output_folder):
    """Read the three inputs, write the three outputs."""
    inputs = json.loads((input_folder / 'variables.dictionary').read_text())
    outputs = split(inputs['bill_amount'], inputs['tip_percent'], inputs['guest_count'])
    print(f"{inputs['guest_count']} guests pay {outputs['share']:.2f} each")
    (output_folder / 'variables.dictionary').write_text(json.dumps(outputs))


def split(bill_amount, tip_percent, guest_count):
    """Return share, tip and total, rounded to cents."""
    if guest_count < 1:
        raise ValueError(f'at least one guest must pay, not {guest_count}')
    tip = bill_amount * tip_percent / 100
    total = bill_amount + tip
    return {
        'share': round(total / guest_count, 2),
        'tip': round(tip, 2),
        'total': round(total, 2),
    }
