import json, os
from pathlib import Path

inputs = json.loads(Path(os.environ['CROSSCOMPUTE_INPUT_FOLDER'], 'variables.dictionary').read_text())
output_folder = Path(os.environ['CROSSCOMPUTE_OUTPUT_FOLDER'])
lon, lat = inputs['region']['center']
feature = {'type': 'Feature', 'properties': {'name': 'here'}, 'geometry': {'type': 'Point', 'coordinates': [lon, lat]}}
(output_folder / 'places.geojson').write_text(json.dumps({'type': 'FeatureCollection', 'features': [feature]}))
(output_folder / 'density.json').write_text(json.dumps([[lon, lat], [lon + 1, lat + 1]]))
