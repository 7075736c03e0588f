"""Make places around a place. Usage: python3 make_places.py INPUT_FOLDER OUTPUT_FOLDER"""

import csv
import json
import math
import random
import sys
from pathlib import Path

KINDS = ['café', 'park', 'museum']
RADIUS_IN_DEGREES = 0.05


def make(center, count):
    """Return places with name, kind, visits and position; the same for the same inputs."""
    longitude, latitude = center
    numbers = random.Random(f'{longitude:.4f} {latitude:.4f} {count}')
    stretch = 1 / max(0.1, math.cos(math.radians(latitude)))
    return [
        {
            'name': f'Place {index + 1}',
            'kind': numbers.choice(KINDS),
            'visits': numbers.randint(1, 100),
            'longitude': round(longitude + numbers.gauss(0, RADIUS_IN_DEGREES) * stretch, 5),
            'latitude': round(latitude + numbers.gauss(0, RADIUS_IN_DEGREES), 5),
        }
        for index in range(count)
    ]


def as_geojson(places):
    """Return a collection of points."""
    return {
        'type': 'FeatureCollection',
        'features': [
            {
                'type': 'Feature',
                'properties': {key: place[key] for key in ('name', 'kind', 'visits')},
                'geometry': {'type': 'Point', 'coordinates': [place['longitude'], place['latitude']]},
            }
            for place in places
        ],
    }


def bars_of_kinds():
    """Return a Vega-Lite specification whose data lie beside it."""
    return {
        '$schema': 'https://vega.github.io/schema/vega-lite/v5.json',
        'description': 'Bars of the number of places by their kind',
        'data': {'url': 'places.csv'},
        'mark': {'type': 'bar', 'tooltip': True},
        'encoding': {
            'y': {'field': 'kind', 'title': None},
            'x': {'aggregate': 'count', 'title': 'places'},
        },
    }


def lines_of_visits(places):
    """Return an ECharts option: visits by the hour, busiest at noon."""
    hours = list(range(8, 21))
    total = {kind: sum(place['visits'] for place in places if place['kind'] == kind) for kind in KINDS}
    return {
        'description': 'Lines of visits by the hour for each kind of place',
        'tooltip': {'trigger': 'axis'},
        'legend': {'top': 0},
        'xAxis': {'type': 'category', 'data': [f'{hour}:00' for hour in hours]},
        'yAxis': {'type': 'value'},
        'series': [
            {
                'name': kind,
                'type': 'line',
                'data': [round(total[kind] * math.exp(-((hour - 13) ** 2) / 18) / 10) for hour in hours],
            }
            for kind in KINDS
        ],
    }


def main(input_folder, output_folder):
    """Read the inputs, write the outputs."""
    inputs = json.loads((input_folder / 'variables.dictionary').read_text(encoding='utf-8'))
    places = make(inputs['around']['center'], inputs['count'])
    outputs = {
        'places.geojson': as_geojson(places),
        'density.json': places,
        'kinds.json': bars_of_kinds(),
        'visits.json': lines_of_visits(places),
    }
    for name, value in outputs.items():
        (output_folder / name).write_text(json.dumps(value), encoding='utf-8')
    with (output_folder / 'places.csv').open('w', encoding='utf-8', newline='') as file:
        writer = csv.DictWriter(file, list(places[0]))
        writer.writeheader()
        writer.writerows(places)


if __name__ == '__main__':
    main(*map(Path, sys.argv[1:3]))
