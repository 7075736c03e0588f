"""Sell seats of a hall."""

import json

PRICE_BY_ROW = {"A": 40, "B": 32, "C": 24, "D": 18}


def sell(input_folder, output_folder):
    seats = json.loads((input_folder / "variables.dictionary").read_text())["seats"].split()
    price = sum(PRICE_BY_ROW[seat[0]] for seat in seats)
    (output_folder / "plan.json").write_text(json.dumps(" ".join(seats)))
    (output_folder / "variables.dictionary").write_text(json.dumps({"price": price}))
