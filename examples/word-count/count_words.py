"""Count the words of a text: python3 count_words.py INPUT_FOLDER OUTPUT_FOLDER."""

import csv
import json
import re
import sys
from collections import Counter
from pathlib import Path


def main(input_folder, output_folder):
    """Read text.txt and the choices, write counts, a table and a CSV."""
    choices = json.loads((input_folder / 'variables.dictionary').read_text(encoding='utf-8'))
    # utf-8-sig also reads texts that begin with a byte order mark; odd bytes become �.
    text = (input_folder / 'text.txt').read_text(encoding='utf-8-sig', errors='replace')
    words = find_words(text, choices['leave_out'].split())
    counts = Counter(words).most_common()
    print(f'{len(words)} words, {len(counts)} of them different')

    write_json(output_folder / 'variables.dictionary', {
        'word_count': len(words),
        'distinct_count': len(counts),
        'line_count': len(text.splitlines()),
        'longest_word': max(words, key=len, default=''),
    })
    write_json(output_folder / 'frequencies.json', {
        'columns': ['Word', 'Count'],
        'data': counts[:int(choices['top_count'])],
    })
    with (output_folder / 'frequencies.csv').open('w', encoding='utf-8', newline='') as file:
        csv.writer(file).writerows([('word', 'count'), *counts])


def find_words(text, left_out):
    """Return the words of a text in lower case, in their order."""
    words = re.findall(r"\w+(?:['’-]\w+)*", text.lower())
    if 'short' in left_out:
        words = [word for word in words if len(word) > 3 or word.isdigit()]
    if 'numbers' in left_out:
        words = [word for word in words if not word.isdigit()]
    return words


def write_json(path, value):
    """Write a value as JSON."""
    path.write_text(json.dumps(value, ensure_ascii=False), encoding='utf-8')


if __name__ == '__main__':
    main(Path(sys.argv[1]), Path(sys.argv[2]))
