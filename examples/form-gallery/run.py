"""Give back what a form was filled in with. CrossCompute calls `echo` with the folders of a batch."""

import csv
import json


def echo(input_folder, output_folder):
    """Write each input to the output of the same name, and all of them together."""
    values = json.loads((input_folder / 'variables.dictionary').read_text())
    values['wishes'] = (input_folder / 'wishes.txt').read_text()
    values['invitation'] = (input_folder / 'invitation.md').read_text()
    values['secret_length'] = len((input_folder / 'secret.txt').read_text())
    values['guest_list'] = read_guests(input_folder)
    tables = json.loads((input_folder / 'tables.json').read_text())
    prices = read_prices(input_folder / 'prices.csv')
    options = json.loads((input_folder / 'options.json').read_text())
    received = {**values, 'tables': tables, 'prices': prices, 'options': options}
    write_json(output_folder / 'variables.dictionary', values)
    write_json(output_folder / 'tables.json', tables)
    write_json(output_folder / 'prices.json', prices)
    write_json(output_folder / 'received.json', received)


def read_guests(folder):
    """Return the lines of all guest lists in the order of their files."""
    paths = sorted(folder.glob('guests*'))
    return '\n'.join(path.read_text().strip() for path in paths)


def read_prices(path):
    """Return the rows of a CSV file as dictionaries."""
    with path.open(newline='') as file:
        return list(csv.DictReader(file))


def write_json(path, value):
    """Write a value as JSON that people can read."""
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False))
