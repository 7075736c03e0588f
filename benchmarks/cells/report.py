# %% Read the inputs
import json
from os import environ
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

input_folder = Path(environ['CROSSCOMPUTE_INPUT_FOLDER'])
output_folder = Path(environ['CROSSCOMPUTE_OUTPUT_FOLDER'])
inputs = json.loads((input_folder / 'variables.dictionary').read_text())
print('seed', inputs['seed'])

# %% Make the data
numbers = np.random.default_rng(inputs['seed'])
count = 100_000
sales = pd.DataFrame({
    'day': pd.Timestamp(2024, 1, 1) + pd.to_timedelta(numbers.integers(0, 366, count), unit='D'),
    'shop': numbers.choice(['north', 'south', 'east', 'west'], count),
    'amount': numbers.gamma(2, 20, count).round(2),
})
sales.head()

# %% Draw the months
by_month = sales.pivot_table(
    index=sales['day'].dt.month, columns='shop', values='amount', aggfunc='sum', observed=True
)
figure, axes = plt.subplots(figsize=(8, 4))
by_month.plot.bar(ax=axes, stacked=True)
figure.savefig(output_folder / 'months.png')

# %% Draw the amounts
figure, axes = plt.subplots(figsize=(8, 4))
axes.hist(sales['amount'], bins=60)
axes.set_xlabel('amount')
figure.savefig(output_folder / 'amounts.png')

# %% Write the report
table = sales.groupby('shop')['amount'].agg(['count', 'mean', 'sum']).round(2).reset_index()
(output_folder / 'shops.json').write_text(table.to_json(orient='split', index=False))
(output_folder / 'variables.dictionary').write_text(
    json.dumps({'total': round(float(sales['amount'].sum()), 2)})
)
table
