import { readFileSync } from 'node:fs';
import * as path from 'node:path';

const ROOT = path.join(__dirname, '../../..');

/** A test: its file from the folder of the repository, and a part of its name; the name of a case has no part. */
type Proof = readonly [file: string, test?: string];

const RUNNER = 'src/server/queue/__tests__/runner.spec.ts';
const QUEUE = 'src/server/queue/__tests__/runQueue.spec.ts';
const KERNEL = 'src/server/engine/__tests__/kernelExecutor.spec.ts';
const COMMAND = 'src/server/engine/__tests__/commandExecutor.spec.ts';
const FLAGS = 'src/server/cli/__tests__/commandFlags.spec.ts';
const LINE = 'src/server/cli/__tests__/commandLine.spec.ts';
const SERVER = 'src/server/http/__tests__/server.spec.ts';
const DEVELOPMENT = 'src/server/http/__tests__/development.spec.ts';
const INTERVALS = 'src/server/site/__tests__/intervals.spec.ts';
const SERVED_PAGE = 'src/page/served/__tests__/servedPage.spec.ts';
const EXPRESSION = 'src/core/expression/__tests__/evaluateExpression.spec.ts';
const BIG_DATA = 'src/page/activators/__tests__/bigData.spec.ts';
const VARIABLE_DATA = 'src/server/http/__tests__/variableData.spec.ts';
const LINKS = 'src/server/datasets/__tests__/linkDataset.spec.ts';
const ODD = 'src/server/http/__tests__/oddValues.spec.ts';
const CACHED = 'src/server/http/__tests__/cachedRequests.spec.ts';
const example = (name: string): Proof => [`conformance/automations/${name}/case.yaml`];

/** What the original framework gets wrong about executions, in the order of our contract, with what proves it here. */
const FACTS: Readonly<Record<string, readonly Proof[]>> = {
  '1 a notebook runs in its own kernel and keeps its outputs': [
    [KERNEL, 'names cell, error and traceback, and runs nothing after it'],
    [RUNNER, 'is written with its outputs, also of a failed run, one for each script'],
    example('notebook-features')
  ],
  '2 nothing is written next to a notebook': [
    [KERNEL, 'works in its folder and writes nothing but what the author writes']
  ],
  '3 a module is imported fresh': [
    [KERNEL, 'sees a module that was changed within the same second']
  ],
  '4 changed code is used, and makes outputs stale': [
    [DEVELOPMENT, 'runs what is watched: when it never ran, and when inputs or code changed since'],
    [FLAGS, '--failed runs what failed, --resume what is not done or changed since']
  ],
  '5 automations without scripts run': [
    [RUNNER, 'runs an automation without scripts'],
    example('no-scripts')
  ],
  '6 braces stay, folders stay one argument': [
    [COMMAND, 'gives folders as single arguments, whatever they are called'],
    example('command-braces')
  ],
  '7 a failed run says so where a person looks': [
    [SERVER, 'tells why a command failed, and runs it again on Retry'],
    ['ui-tests/tests/failures.spec.ts', 'broken explains itself']
  ],
  '8 the log page of a failed run shows the failure': [
    [SERVED_PAGE, 'stays on the log of a run that failed'],
    [SERVER, 'tells why a command failed, and runs it again on Retry']
  ],
  '9 runs survive a restart and an edit': [
    [FLAGS, 'serves runs of the form after a restart and an edit of the configuration']
  ],
  '10 the queue is bounded, persistent, cancellable': [
    [QUEUE, 'never executes more at a time, starts in order, and tells positions'],
    [QUEUE, 'ends a waiting run without executing it'],
    [QUEUE, 'holds back starts, also after a restart']
  ],
  '11 two executions never share a folder': [[QUEUE, 'executes one run at a time in one folder']],
  '12 every run ends': [
    [RUNNER, 'ends as timeout when it takes longer than it may'],
    [RUNNER, 'fails as disk-full when there is no room, in its folders or in a script'],
    [KERNEL, 'fails at once when a cell asks for input'],
    [KERNEL, 'names the kernels there are when one is missing'],
    ['src/server/engine/__tests__/engineFailures.spec.ts', 'fails within seconds, and says so']
  ],
  '13 refused inputs are answered per field': [
    [SERVER, 'refuses inputs field by field, and leaves nothing behind']
  ],
  '14 odd numbers, slugs and labels crash nothing': [
    [ODD, 'names its batches by filtered numbers, and leaves out the row with an empty slug alone'],
    [ODD, 'shows its form, and runs on a number from the environment'],
    ['src/core/batch/__tests__/readBatches.spec.ts', 'filters a number as the text that it is']
  ],
  '15 outputs that were not written are named': [
    [RUNNER, 'that were not written are named, each with its reason'],
    [RUNNER, 'that are required and missing fail the run']
  ],
  '16 the return code comes last, and no file is seen by halves': [
    [
      'src/server/queue/__tests__/returnCode.spec.ts',
      'is there once everything else is, beside what the script wrote, and never half a file'
    ],
    [RUNNER, 'leaves its record, journal, texts and variables in history and debug/']
  ],
  '17 stdout and stderr are complete and live': [
    [KERNEL, 'writes what child processes, C code and threads write'],
    [
      'src/server/engine/__tests__/floods.spec.ts',
      'is complete and in order from Python, whoever wrote it'
    ]
  ],
  '18 growing logs are fetched by range': [
    [
      'src/page/__tests__/rangeText.spec.ts',
      'reads a text as a whole, and then only what was added'
    ]
  ],
  '19 stopping ends the whole process tree': [
    [COMMAND, 'ends a program that ignores signals, and its children'],
    [FLAGS, 'leaves no process behind after %s'],
    [LINE, 'ends cleanly with 130 when interrupted: stopped, and no process is left']
  ],
  '20 batches run when asked for, or watched and stale': [
    [SERVER, 'runs all batches of folder and CSV, and lists them with values and state'],
    [DEVELOPMENT, 'does not run again what is as it was, or what failed']
  ],
  '21 intervals count from the end of the last run': [
    [INTERVALS, 'counts from the end of the last run, and never overlaps itself'],
    [INTERVALS, 'runs once what was missed, such as while no server ran']
  ],
  '22 a value outside of the options is a field error': [
    [
      'src/server/http/__tests__/inputViews.spec.ts',
      'are refused by these options, and when nothing is chosen that is required'
    ]
  ],
  '23 uploads keep their names, and show their progress': [
    ['src/server/site/__tests__/uploads.spec.ts', 'keeps names and bytes with each other'],
    ['src/page/__tests__/upload.spec.ts', 'sends all files, tells how far it is']
  ],
  '24 expressions take quotes, any id and what was not seen, and are no code': [
    [EXPRESSION, 'gives what JavaScript gives for %s'],
    [EXPRESSION, 'reaches nothing but places, the length and the listed methods'],
    [
      'src/core/form/__tests__/walkTemplates.spec.ts',
      'knows nothing of what stands on a template that was passed over'
    ],
    example('step-by-step')
  ],
  '25 text is escaped exactly once': [
    ['src/testing/viewContract.ts', 'and escapes what it shows in every field'],
    [
      'src/server/http/__tests__/security/hostileValues.spec.ts',
      'do nothing in the fragments that the panel and live pages fetch'
    ],
    example('escaping')
  ],
  '26 large data are fetched when seen, in parts': [
    [BIG_DATA, 'is fetched, and what is added later goes to its end'],
    [BIG_DATA, 'asks for the rows that are shown, sorted and filtered there'],
    [VARIABLE_DATA, 'sound is given by range, so that players can jump'],
    [VARIABLE_DATA, 'a table is given by rows, sorted and filtered, and as CSV']
  ],
  '27 half the outputs are shown': [
    [ODD, 'shows the outputs that there are, and says what is not there'],
    [
      'src/core/template/__tests__/stepPage.spec.ts',
      'says so where there are no data yet, and warns where a run did not write'
    ]
  ],
  '28 conflicts of datasets are judged in the folder of the automation': [
    [LINKS, 'looks in the folder of the automation, whatever lies in that of the process'],
    [LINKS, 'never touches what an author put there']
  ],
  '29 a change in any imported automation is noticed': [
    [DEVELOPMENT, 'tells what changed of an imported automation, and shows it']
  ],
  '30 an invalid edit keeps the last valid state': [
    [DEVELOPMENT, 'shows all problems above the last valid state, and heals by itself']
  ],
  '31 prints wait for success, and a failed one is reported': [
    ['src/server/http/__tests__/prints.spec.ts', 'runs what is new, prints all into an archive'],
    [FLAGS, 'print fills a folder for each automation of a site']
  ],
  '32 all errors come at once, with exit status 2': [
    [LINE, 'checks with 2 and every problem with its place, 0 without any']
  ],
  '33 podman that is missing is a refusal': [
    [
      'src/server/engine/container/__tests__/fakePodman.spec.ts',
      'says that there is no podman, in the run and at the place in the configuration'
    ]
  ],
  '34 the inside of an error reaches no reader': [
    [
      'src/server/http/__tests__/security/forgedRequests.spec.ts',
      'keeps the inside of an error in the log'
    ]
  ],
  '35 secrets appear nowhere': [
    [RUNNER, 'gives scripts the five folders, what is declared, and secrets, in their environment'],
    [RUNNER, 'masks passwords among the inputs'],
    example('secrets')
  ],
  '36 nothing needs the network': [
    ['src/server/http/__tests__/offline.spec.ts', 'of %s load nothing from elsewhere, and may not'],
    example('maps')
  ],
  '37 ten thousand batches': [
    ['src/server/http/__tests__/batches.spec.ts', 'are opened, listed and shown without writing'],
    ['src/server/http/__tests__/batches.spec.ts', 'run although one row is broken']
  ],
  '38 equal work is answered from the store where its author allows it': [
    [
      'src/server/queue/__tests__/cachedResults.spec.ts',
      'answers with the newest good run, and executes nothing'
    ],
    [CACHED, 'is answered by an earlier result where the author allows it'],
    [CACHED, 'is done again where the author says nothing'],
    [CACHED, 'is done again where something is downloaded, which may be newer']
  ]
};

describe('facts about executions', () => {
  it.each(Object.entries(FACTS))('%s', (_fact, proofs) => {
    const missing = proofs.filter(
      ([file, test = '']) => !readFileSync(path.join(ROOT, file), 'utf-8').includes(test)
    );
    expect(missing).toEqual([]);
  });
});
