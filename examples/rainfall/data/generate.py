"""Make rainfall.csv: thirty years of monthly rain at four made-up stations, the same each time."""

import csv
import math
import random
from pathlib import Path

YEARS = range(1994, 2024)
# Name, mean of a month in mm, how much the seasons differ (0–1), wettest month (0 = January), change of a year in mm a decade.
STATIONS = [
    ('Harbour', 78, 0.35, 10, 28),
    ('Ridge', 132, 0.25, 0, -12),
    ('Meadow', 54, 0.45, 6, 0),
    ('Étang', 47, 0.70, 9, -31),
]


def main():
    """Write the file beside this script."""
    numbers = random.Random(2024)
    rows = [
        (station, f'{year}-{month:02}', rain(numbers, year, month, *climate))
        for station, *climate in STATIONS
        for year in YEARS
        for month in range(1, 13)
    ]
    path = Path(__file__).with_name('rainfall.csv')
    with path.open('w', encoding='utf-8', newline='') as file:
        writer = csv.writer(file, lineterminator='\n')
        writer.writerow(['station', 'month', 'rain_mm'])
        writer.writerows(rows)


def rain(numbers, year, month, mean, contrast, wettest, trend):
    """Return the rain of one month in mm: season, trend and chance."""
    season = 1 + contrast * math.cos((month - 1 - wettest) * math.tau / 12)
    drift = trend / 12 * (year - YEARS[0]) / 10
    chance = numbers.gammavariate(5, 1 / 5)
    return round(max(0, (mean * season + drift) * chance), 1)


if __name__ == '__main__':
    main()
