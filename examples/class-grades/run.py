"""Grade a student. CrossCompute calls `grade` with the folders of a batch."""

import csv
import json
from pathlib import Path

EXAM_MOST = 40
GRADES = [(87, 'A'), (73, 'B'), (59, 'C'), (45, 'D')]


def grade(input_folder, output_folder):
    """Read the name of the student and the points of the exam, write what they come to."""
    inputs = json.loads((input_folder / 'variables.dictionary').read_text())
    sheets = read_sheets(inputs['student'])
    points = sum(sheet['points'] for sheet in sheets) + inputs['exam']
    most = sum(sheet['most'] for sheet in sheets) + EXAM_MOST
    percent = round(100 * points / most, 1)
    outputs = {'grade': grade_of(percent), 'percent': percent}
    (output_folder / 'variables.dictionary').write_text(json.dumps(outputs))
    (output_folder / 'advice.md').write_text(advise(sheets))
    with (output_folder / 'sheets.csv').open('w', newline='') as file:
        writer = csv.writer(file)
        writer.writerow(['Sheet', 'Points', 'of'])
        writer.writerows([sheet['sheet'], sheet['points'], sheet['most']] for sheet in sheets)
    print(f"{inputs['student']}: {points} of {most} points")


def read_sheets(student):
    """Return the exercise sheets of a student."""
    with (Path(__file__).parent / 'points.csv').open(newline='') as file:
        rows = [row for row in csv.DictReader(file) if row['student'] == student]
    if not rows:
        raise ValueError(f'{student} is not in points.csv')
    return [{**row, 'points': int(row['points']), 'most': int(row['most'])} for row in rows]


def grade_of(percent):
    """Return the letter of the first grade that is reached."""
    return next((letter for least, letter in GRADES if percent >= least), 'E')


def advise(sheets):
    """Name the sheet with the smallest share of its points."""
    weakest = min(sheets, key=lambda sheet: sheet['points'] / sheet['most'])
    return f"Before the exam, look at **{weakest['sheet']}** again: {weakest['points']} of {weakest['most']} points."
