"""Plan a trip. CrossCompute calls `plan` with the folders of a batch."""

import json

NIGHT_IN_HOTEL = 80
NIGHT_IN_TENT = 15
TICKET = {'train': 60, 'bicycle': 0}


def plan(input_folder, output_folder):
    """Write what the trip costs and what to take along."""
    inputs = json.loads((input_folder / 'variables.dictionary').read_text())
    # Nobody is asked about a tent who goes by train: then the answer is not there.
    has_tent = inputs.get('tent') == 'yes'
    per_night = NIGHT_IN_TENT if has_tent else NIGHT_IN_HOTEL
    per_person = TICKET[inputs['vehicle']] + inputs['night_count'] * per_night
    outputs = {'cost': inputs['traveller_count'] * per_person}
    (output_folder / 'variables.dictionary').write_text(json.dumps(outputs))
    items = list_items(inputs['vehicle'], inputs['night_count'], has_tent)
    (output_folder / 'packing.md').write_text('\n'.join(f'- {item}' for item in items))


def list_items(vehicle, night_count, has_tent):
    """Return what each of the travellers takes along."""
    items = ['a map', f'{night_count + 1} shirts']
    if vehicle == 'bicycle':
        items += ['a helmet', 'a patch kit']
    if has_tent:
        items += ['a tent', 'a sleeping bag']
    return items
