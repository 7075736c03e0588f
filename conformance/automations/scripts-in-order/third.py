import json


def run(output_folder, input_folder):
    path = output_folder / 'steps.txt'
    path.write_text(path.read_text() + 'third')
    inputs = json.loads((input_folder / 'variables.dictionary').read_text())
    (output_folder / 'variables.dictionary').write_text(json.dumps({'double': inputs['number'] * 2}))
