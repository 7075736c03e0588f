/** What `crosscompute --help` prints. */
export const USAGE = `Usage: crosscompute [COMMAND] [PATH] [options]

PATH is a folder with an automate.yaml, or a configuration; default is this folder.

Commands
  serve      serve the automation to people without Jupyter (default)
  run        run all batches, a line for each
  print      print all batches to prints/<time>/, after running new and stale ones
  test       run all tests, and compare what they write with what they expect
  check      list every problem of the configuration
  init       write an automate.yaml beside a notebook; PATH is the notebook or its folder
  schema     print the JSON Schema of configurations, for editors
  version    print the version

Options
  --host NAME        address to listen on (serve; default 127.0.0.1)
  --port N           port to listen on (serve; default: first free from 7000)
  --root-uri PATH    prefix of all addresses (serve)
  --origins URL...   other sites that may embed and post, and names of this one (serve)
  --trusted-proxy IP...  proxies whose X-Forwarded-* headers are believed (serve)
  --no-browser       do not open a browser (serve)
  --no-prefix        a proxy takes the prefix off before requests come here (serve)
  --no-restart       production: do not watch files, serve what was opened (serve)
  --no-hidden        list runs made from the form, too (serve)
  --no-rebuild       use images of containers as they are, whatever changed since
  --only GLOB        only batches whose slug, or tests whose folder, matches (run, print, test)
  --resume           only batches that are not done, or changed since (run)
  --failed           only batches whose newest run failed (run)
  --install          install declared packages that are missing, with pip and npm (run, test)
  --timeout TIME     end a run after this time, such as 90 or "5 minutes" (run, test, serve)
  --jobs N           runs at once, 1 to 64 (run, test, serve; default:
                     CROSSCOMPUTE_WORKER_COUNT, else cores, at most 4)
  --engines FILE     where else runs execute, see docs/scaling.md (run, test, serve, print;
                     default: CROSSCOMPUTE_ENGINES)
  --results URL      bucket that keeps results, see docs/scaling.md (run, serve, print; default:
                     CROSSCOMPUTE_RESULTS, else the folders of automations)
  --json             one JSON value a line on standard output (run, print, test, check)
  --strict           warnings count as errors (check)
  --fix              rewrite spellings of earlier versions first (check)
  --no-color         no colours on a terminal (check)
  --quiet            only results and errors
  --debug            say more
  --help             this text

A folder that is called like a command is written ./run.

Exit status: 0 done, 1 a batch or test failed, 2 the configuration has errors, 3 usage, 130 interrupted
`;
