import { rm } from 'node:fs/promises';
import * as path from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { IFindResponse } from '../../../core/api';
import {
  createFolder,
  startServer,
  writeBelow,
  type IServerOfSpec
} from '../../../testing/serverSetUp';
import type { Services } from '../../services';

const tool = (name: string, more = '') => `crosscompute: 0.9.4
name: ${name}
description: About ${name}
input: {variables: [{id: x, view: string, path: x.txt}]}
output:
batches: [{folder: batches/standard}]
${more}`;

describe('a site of several automations', () => {
  let folder: string;
  let server: IServerOfSpec;
  let services: Services;
  let app: FastifyInstance;

  beforeEach(async () => {
    folder = await createFolder({
      'automate.yaml':
        'crosscompute: 0.9.4\nname: Kitchen\nimports: [{path: tea}, {path: rice/rice.yaml}]\n',
      'tea/automate.yaml': tool('Tea', 'scripts: [{path: brew.ipynb}]\n'),
      'tea/brew.ipynb': '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}',
      'tea/batches/standard/input/x.txt': 'green',
      'rice/rice.yaml': tool('Rice', 'display: {styles: [{path: rice.css}]}\n'),
      'rice/rice.css': 'p {color: red}',
      'rice/batches/standard/input/x.txt': 'basmati'
    });
  });

  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  const write = (name: string, text: string) => writeBelow(folder, name, text);

  async function start(hasSites: boolean): Promise<void> {
    server = await startServer(folder, { services: { hasSites } });
    ({ app, services } = server);
    await services.queue.start();
  }

  const get = (url: string) => app.inject({ url, headers: { accept: 'text/html' } });

  async function find(target: string): Promise<IFindResponse> {
    const payload = { path: target };
    return (await app.inject({ method: 'POST', url: '/api/automations/find', payload })).json();
  }

  const titlesOf = ({ candidates }: IFindResponse) => candidates.map(({ title }) => title);

  it('is listed under one root page with the name of the root, each at its own address', async () => {
    await start(false);
    await services.automations.open(folder);
    const root = (await get('/')).body;
    expect(root).toContain('<h1>Kitchen</h1>');
    expect(
      [...root.matchAll(/<a href="(\/a\/[^"]*)">([^<]*)/g)].map(match => match.slice(1))
    ).toEqual([
      ['/a/tea', 'Tea'],
      ['/a/rice', 'Rice']
    ]);
    expect(root).toContain('About Rice');
    expect((await get('/a/RICE/b/standard/i')).body).toContain('basmati');
    expect((await get('/a/tea/b/standard/i')).body).toContain('green');
    expect((await get('/a/kitchen')).statusCode).toBe(404);
    const style = /\/a\/rice\/assets\/rice-css-\w+\.css/.exec((await get('/a/rice')).body);
    expect((await get(style?.[0] ?? '')).body).toBe('p {color: red}');
  });

  it('leads from an address of a run at the root to the automation that has it', async () => {
    await write('tea/batches/Sencha/input/x.txt', 'steamed');
    await write(
      'tea/automate.yaml',
      tool('Tea').replace(
        '[{folder: batches/standard}]',
        '[{folder: batches/standard}, {folder: batches/Sencha}]'
      )
    );
    await start(false);
    await services.automations.open(folder);
    for (const url of ['/r/sencha', '/a/tea/r/sencha']) {
      const found = await get(url);
      expect([found.statusCode, found.headers.location]).toEqual([301, '/a/tea/b/sencha']);
    }
    const payload = { x: { value: 'black' } };
    const posted = await app.inject({ method: 'POST', url: '/a/rice.json', payload });
    const { batch_slug: run } = posted.json();
    expect((await get(`/r/${run}`)).headers.location).toBe(`/a/rice/b/${run}`);
    const several = await app.inject('/r/standard');
    expect([several.statusCode, several.json().detail]).toEqual([
      404,
      'several tools have a batch "standard": a/tea/b/standard, a/rice/b/standard'
    ]);
    expect((await get('/r/nothing')).statusCode).toBe(404);
  });

  it('lays styles of its root over its first page, and stays light for those that know no dark', async () => {
    await write(
      'automate.yaml',
      'crosscompute: 0.9.4\nimports: [{path: tea}, {path: rice/rice.yaml}]\ndisplay: {styles: [{path: site.css}]}\n'
    );
    await write('site.css', 'h1 {color: teal}');
    await start(false);
    await services.automations.open(folder);
    const schemeOf = (text: string) => /<html[^>]* data-scheme="light"/.test(text);
    const root = (await get('/')).body;
    expect(schemeOf(root)).toBe(true);
    const [, address] = /href="([^"]*site-[^"]+\.css)"/.exec(root) ?? [];
    expect((await get(address)).body).toBe('h1 {color: teal}');
    expect(schemeOf((await get('/a/tea')).body)).toBe(false);
    expect(schemeOf((await get('/a/rice')).body)).toBe(true);
    await write('rice/rice.css', '@media (prefers-color-scheme: dark) { p {color: pink} }');
    expect(schemeOf((await get('/a/rice')).body)).toBe(false);
  });

  it('leads from an address with a slash at its end to the page', async () => {
    await start(false);
    await services.automations.open(folder);
    const locationOf = async (url: string) => (await get(url)).headers.location;
    expect(await locationOf('/a/tea/')).toBe('../tea');
    expect(await locationOf('/a/tea/b/standard/i/?x=a/b/')).toBe('../i?x=a/b/');
    expect(await locationOf('/a/tea/b/standard/?x')).toBe('../standard?x');
    expect(await locationOf('/a/../')).toBeUndefined();
    expect(await locationOf('/ports/x/')).toBeUndefined();
    expect((await app.inject({ method: 'POST', url: '/a/tea.json/' })).statusCode).toBe(404);
  });

  it('is called Automations where the root has no name', async () => {
    await write(
      'automate.yaml',
      'crosscompute: 0.9.4\nimports: [{path: tea}, {path: rice/rice.yaml}]\n'
    );
    await start(false);
    await services.automations.open(folder);
    expect((await get('/')).body).toContain('<h1>Automations</h1>');
  });

  it('sees at the next request what is imported, changed or no longer imported', async () => {
    await start(false);
    await services.automations.open(folder);
    await write('rice/rice.yaml', tool('Risotto'));
    expect((await get('/')).body).toContain('/a/risotto');
    await write('automate.yaml', 'crosscompute: 0.9.4\nimports: [{path: tea}]\n');
    expect((await get('/a/risotto')).statusCode).toBe(404);
    expect((await get('/')).body).toContain('<h1>Tea</h1>');
    await write('automate.yaml', 'crosscompute: 0.9.4\nimports: [{path: tea}, {path: soup}]\n');
    expect((await get('/a/tea')).statusCode).toBe(200);
    await write('soup/automate.yaml', tool('Soup'));
    await write('soup/batches/standard/input/x.txt', 'hot');
    expect((await get('/a/soup/b/standard/i')).body).toContain('hot');
  });

  it('keeps serving what was valid while any of its files is not', async () => {
    await start(false);
    await services.automations.open(folder);
    await write('tea/automate.yaml', `${tool('Tea')}displya: {}\nscripts: 5\n`);
    expect((await get('/a/tea')).statusCode).toBe(200);
    await write('automate.yaml', 'crosscompute: [');
    expect((await get('/a/rice')).statusCode).toBe(200);
    const { problems } = services.automations.sites[0];
    expect(problems.map(({ file, code }) => `${file} ${code}`)).toEqual([
      'automate.yaml syntax',
      'automate.yaml import-invalid',
      'tea/automate.yaml unknown-key',
      'tea/automate.yaml wrong-type'
    ]);
    await write('tea/automate.yaml', tool('Tea'));
    await write(
      'automate.yaml',
      'crosscompute: 0.9.4\nimports: [{path: tea}, {path: rice/rice.yaml}]\n'
    );
    expect((await get('/a/tea')).statusCode).toBe(200);
    expect(
      services.automations.sites[0].problems.filter(({ severity }) => severity === 'error')
    ).toEqual([]);
  });

  it('hands down the rules of importing files, its own first', async () => {
    const rules = (role: string) =>
      `authorization: {groups: [{configuration: {role: ${role}}, permissions: [{id: see_root}]}]}\n`;
    await write(
      'automate.yaml',
      `crosscompute: 0.9.4\nimports: [{path: tea}, {path: rice/rice.yaml}]\n${rules('head')}`
    );
    await write('tea/automate.yaml', tool('Tea', rules('cook')));
    await start(false);
    await services.automations.open(folder);
    const chains = services.automations
      .list()
      .map(({ accessRules }) =>
        accessRules.map(({ authorization, folder: own }) => [
          path.relative(folder, own),
          authorization.groups.map(({ properties }) => properties)
        ])
      );
    expect(chains).toEqual([
      [
        ['tea', [{ role: ['cook'] }]],
        ['', [{ role: ['head'] }]]
      ],
      [['', [{ role: ['head'] }]]]
    ]);
  });

  describe('inside Jupyter', () => {
    it('has addresses below its root configuration', async () => {
      await start(true);
      const { candidates } = await find('automate.yaml');
      expect(candidates.map(({ uri }) => uri)).toEqual([
        'at/automate.yaml/a/tea',
        'at/automate.yaml/a/rice'
      ]);
      expect((await get(`/${candidates[1].uri}/b/standard/i`)).body).toContain('basmati');
      const list = (await app.inject('/api/automations')).json<{ title: string }[]>();
      expect(list.map(({ title }) => title)).toEqual(['Tea', 'Rice']);
    });

    it('finds for a notebook the automation that names it, and asks where none does', async () => {
      await start(true);
      const own = await find('tea/brew.ipynb');
      expect(titlesOf(own)).toEqual(['Tea', 'Rice']);
      expect(own.chosen).toBe(own.candidates[0].id);
      await write('notes/plan.ipynb', '{}');
      const other = await find('notes/plan.ipynb');
      expect(titlesOf(other)).toEqual(['Tea', 'Rice']);
      expect(other.chosen).toBeNull();
    });

    it('shows the container itself where nothing can be imported', async () => {
      await write('automate.yaml', 'crosscompute: 0.9.4\nimports: [{path: nowhere}]\n');
      await start(true);
      const { candidates } = await find('automate.yaml');
      expect(candidates).toHaveLength(1);
      expect(candidates[0].problems).toMatchObject([{ code: 'file-not-found' }]);
    });

    it('opens an imported automation alone, and in its site once that is open', async () => {
      await start(true);
      const [alone] = (await find('tea/automate.yaml')).candidates;
      expect(alone.uri).toBe('at/tea/automate.yaml/a/tea');
      const [tea] = (await find('automate.yaml')).candidates;
      expect(tea).toMatchObject({ id: alone.id, uri: 'at/automate.yaml/a/tea' });
      expect((await get(`/${alone.uri}`)).statusCode).toBe(200);
      await write('automate.yaml', 'crosscompute: 0.9.4\nimports: [{path: rice/rice.yaml}]\n');
      const [again] = (await find('tea/automate.yaml')).candidates;
      expect(again).toMatchObject({ id: alone.id, uri: alone.uri });
    });
  });
});
