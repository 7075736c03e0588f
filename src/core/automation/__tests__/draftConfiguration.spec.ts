import { parse } from 'yaml';
import { NotebookError } from '../../run/notebook';
import { draftConfiguration } from '../draftConfiguration';

const notebook = (...cells: { source: string; tags?: string[] }[]) =>
  JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: 'python3', language: 'python' } },
    cells: cells.map(({ source, tags = [] }) => ({
      cell_type: 'code',
      source,
      metadata: { tags },
      outputs: []
    }))
  });

interface IVariables {
  variables: { id: string; view: string; path: string }[];
}

/** Variables of a step as `id view path`. */
function variablesOf(text: string, step: 'input' | 'output'): string[] {
  const configuration = parse(text) as Record<typeof step, IVariables>;
  return configuration[step].variables.map(({ id, view, path }) => `${id} ${view} ${path}`);
}

describe('draftConfiguration()', () => {
  it('takes the assignments of the cell with the tag parameters', () => {
    const draft = draftConfiguration(
      'run.ipynb',
      notebook(
        { source: 'other = 1' },
        {
          source:
            'count = 1_000  # how many\nshare: float = .5\ntown = "São \'Paulo\'"\nwet = True\ntotal = count * 2\n    inner = 1',
          tags: ['parameters']
        }
      )
    );
    expect(draft.values).toEqual({ count: 1000, share: 0.5, town: "São 'Paulo'", wet: true });
    expect(variablesOf(draft.text, 'input')).toEqual([
      'count number variables.dictionary',
      'share number variables.dictionary',
      'town string variables.dictionary',
      'wet boolean variables.dictionary'
    ]);
  });

  it('finds files in the usual folders, and the keys of dictionaries', () => {
    const { text } = draftConfiguration(
      'run.ipynb',
      notebook(
        {
          source:
            "values = json.loads((input_folder / 'variables.dictionary').read_text())\namount = values['amount']\nnote = values.get('note', '')\nrows = pd.read_csv(input_folder / 'rows.csv')"
        },
        { source: "plt.savefig(f'{output_folder}/plot.png')" },
        { source: "open('batches/standard/output/report.md', 'w')" },
        {
          source:
            "(output_folder / 'variables.dictionary').write_text(json.dumps({'total': 1, 'mean': 2}))"
        },
        { source: "model.save(os.path.join(output_folder, 'model.bin'))" }
      )
    );
    expect(variablesOf(text, 'input')).toEqual([
      'amount string variables.dictionary',
      'note string variables.dictionary',
      'rows table rows.csv'
    ]);
    expect(variablesOf(text, 'output')).toEqual([
      'plot image plot.png',
      'report markdown report.md',
      'total string variables.dictionary',
      'mean string variables.dictionary',
      'model link model.bin'
    ]);
  });

  it('takes the keys of the dictionary alone, in whatever cell they are read', () => {
    const { text } = draftConfiguration(
      'run.ipynb',
      notebook(
        {
          source:
            "import json, os\ninputs = json.loads(Path(os.environ['CROSSCOMPUTE_INPUT_FOLDER'], 'variables.dictionary').read_text())\noutputs = {'double': inputs['number'] * 2}\nPath(os.environ['CROSSCOMPUTE_OUTPUT_FOLDER'], 'variables.dictionary').write_text(json.dumps(outputs))"
        },
        { source: "inputs['derived'] = 1\nrows['column'] + inputs.get('share', 1)" }
      )
    );
    expect(variablesOf(text, 'input')).toEqual([
      'number string variables.dictionary',
      'share string variables.dictionary'
    ]);
    expect(variablesOf(text, 'output')).toEqual(['double string variables.dictionary']);
  });

  it('takes nothing of the environment for an input', () => {
    const { text } = draftConfiguration(
      'run.ipynb',
      notebook({
        source:
          "with (Path(os.environ['CROSSCOMPUTE_INPUT_FOLDER']) / 'x').open() as f: pass\nf = open(input_folder / 'variables.dictionary')\nhome = os.environ.get('HOME')\ntown = json.load(f)['town']"
      })
    );
    expect(variablesOf(text, 'input')).toEqual(['town string variables.dictionary']);
  });

  it('does not look for names in lines that are data', () => {
    // Minutes for an expression that looks from everywhere for what is nowhere.
    const data = `# ${'x=json.load('.repeat(3000)}`;
    const read = "inputs = json.load(open(input_folder / 'variables.dictionary'))";
    const { text } = draftConfiguration(
      'run.ipynb',
      notebook({ source: `${data}\n${read}\ntown = inputs['town']` })
    );
    expect(variablesOf(text, 'input')).toEqual(['town string variables.dictionary']);
  });

  it('shows what the last cell shows when nothing is written', () => {
    const { text, inputs } = draftConfiguration(
      'Übung 1: "x".ipynb',
      notebook({ source: '1' }, { source: '2' })
    );
    expect(inputs).toEqual([]);
    expect(parse(text)).toMatchObject({
      input: { variables: [] },
      output: {
        variables: [{ id: 'result', view: 'cell', configuration: { cell: 2 } }]
      },
      batches: [{ folder: 'batches/standard' }],
      scripts: [{ path: 'Übung 1: "x".ipynb' }]
    });
  });

  it('takes a notebook without cells, and nothing that is none', () => {
    expect(draftConfiguration('run.ipynb', notebook()).outputs).toEqual([]);
    expect(() => draftConfiguration('run.ipynb', '[]')).toThrow(NotebookError);
  });
});
