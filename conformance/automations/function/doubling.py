import json


def run(input_folder, output_folder, debug_folder, factor=2):
    inputs = json.loads((input_folder / 'variables.dictionary').read_text())
    outputs = {'double': inputs['number'] * factor}
    (output_folder / 'variables.dictionary').write_text(json.dumps(outputs))
    (debug_folder / 'note.txt').write_text('seen')
