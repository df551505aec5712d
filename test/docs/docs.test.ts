// Documents tell the truth about paths, links, commands, folders and packages; each guard catches a planted lie.
import { describe, expect, it } from 'vitest';
import { printed, readRepository, type Guard, type SourceFile } from '../architecture/source-file.ts';
import { commandGuard, decisionGuard, dependencyGuard, linkGuard, mapGuard, pathGuard, scriptGuard } from './claims.ts';

const repository = readRepository();

const manifest = JSON.stringify({
  scripts: { start: '', test: '', cli: '', check: '' },
  dependencies: { ssh2: '^1' },
  devDependencies: { vite: '^8' },
});

/** A small repository whose document says `text`. */
function saying(text: string, ...more: readonly SourceFile[]): readonly SourceFile[] {
  return [
    { path: 'docs/a.md', text },
    { path: 'README.md', text: '# Residuum\n\n## Try it: `npm start`\n\n## Twice\n\n## Twice\n\n<a id="named"></a>\n' },
    { path: 'package.json', text: manifest },
    { path: 'node/link/link.ts', text: '' },
    { path: 'shared/engines/sglang.ts', text: '' },
    { path: 'cli/commands/gate.ts', text: '' },
    ...more,
  ];
}

function says(guard: Guard, files: readonly SourceFile[]): readonly string[] {
  return printed(guard(files));
}

describe('this repository', () => {
  it.each<[string, Guard]>([
    ['paths in back-ticks exist', pathGuard],
    ['links lead somewhere', linkGuard],
    ['npm scripts exist', scriptGuard],
    ['commands exist', commandGuard],
    ['ARCHITECTURE.md names every folder', mapGuard],
    ['every dependency is explained, and no other', dependencyGuard],
    ['decisions are numbered once', decisionGuard],
  ])('%s', (_name, guard) => {
    expect(printed(guard(repository))).toEqual([]);
  });

  it('has documents to look at', () => {
    expect(repository.filter((file) => file.path.endsWith('.md')).length).toBeGreaterThan(3);
  });
});

describe('paths', () => {
  it.each([
    '`node/gone.ts`',
    '`node/gone.ts:12`',
    '`gone/`',
    '`docs/gone.md`',
    '`GONE.md`',
    '`shared/gone/NAME.ts`',
    '`cli/commands/*.sh`',
    '`docs/decisions/NNNN-title.md`',
  ])('catches %s', (text) => {
    expect(says(pathGuard, saying(`# A\n\nSee ${text} there.`))).toEqual([`docs/a.md:3 ${text} does not exist`]);
  });

  it.each([
    '`node/link/link.ts`',
    '`node/link/link.ts:12`',
    '`node/`',
    '`shared/engines/`',
    '`README.md`',
    '`shared/engines/NAME.ts`',
    '`cli/commands/*.ts`',
    '`dist/cli/main.js`',
    '`../shared/captures`',
    '`/proc/PID/stat`',
    '`text/plain`',
    '`a ?? b/c.ts`',
    'node/gone.ts without back-ticks',
  ])('lets %s pass', (text) => {
    expect(says(pathGuard, saying(text))).toEqual([]);
  });
});

describe('links', () => {
  it.each(['../gone.md', 'b.md', '../README.md#gone', '#gone', '../../outside.md', '../node/gone/'])(
    'catches %s',
    (target) => {
      expect(says(linkGuard, saying(`# A\n\n[text](${target})`))).toHaveLength(1);
      expect(says(linkGuard, saying(`# A\n\n[text]: ${target}`))).toHaveLength(1);
    },
  );

  it.each([
    '../README.md',
    '../README.md#residuum',
    '../README.md#try-it-npm-start',
    '../README.md#twice-1',
    '../README.md#named',
    '#a',
    '../node/',
    '../node/link/link.ts',
    'https://example.org/gone.md',
  ])('lets %s pass', (target) => {
    expect(says(linkGuard, saying(`# A\n\n[text](${target} "title")`))).toEqual([]);
  });

  it('does not read code as a link', () => {
    expect(says(linkGuard, saying('`[a](gone.md)`\n\n```\n[a](gone.md)\n```\n'))).toEqual([]);
  });
});

describe('commands', () => {
  it.each([
    '`npm run gone`',
    '`npm run --silent gone -- x`',
    '```sh\nnpm run gone\n```',
    '```\n$ cd a && npm run gone\n```',
  ])('catches %s', (text) => {
    expect(says(scriptGuard, saying(text))).toHaveLength(1);
  });

  it.each([
    '`npm start`',
    '`npm test -- test/docs`',
    '`npm run --silent cli -- gate`',
    '`npm ci`',
    'npm run gone, in prose',
  ])('lets %s pass', (text) => {
    expect(says(scriptGuard, saying(text))).toEqual([]);
  });

  it('catches npm start when there is no such script', () => {
    expect(says(scriptGuard, [{ path: 'a.md', text: '`npm start`' }])).toHaveLength(1);
  });

  it.each([
    '`residuum gone local`',
    '`npm run cli -- gone`',
    '`npm run --silent cli -- gone demo`',
    '```\n$ residuum gone\n```',
    '```\necho; npx residuum gone\n```',
  ])('catches %s', (text) => {
    expect(says(commandGuard, saying(text))).toEqual([
      expect.stringMatching(/residuum gone: there is no cli\/commands\/gone\.ts$/),
    ]);
  });

  it.each([
    '`residuum gate demo`',
    '`residuum --help`',
    '`residuum help gate`',
    '`residuum COMMAND`',
    '`residuum: building`',
  ])('lets %s pass', (text) => {
    expect(says(commandGuard, saying(text))).toEqual([]);
  });
});

describe('the map, the dependencies and the decisions', () => {
  it('catches a folder that ARCHITECTURE.md does not name, and asks nothing while there is none', () => {
    const map = { path: 'ARCHITECTURE.md', text: '- `shared/` thinks\n- `cli/` starts\n- see docs/node/\n' };
    expect(says(mapGuard, saying('', map))).toEqual(['ARCHITECTURE.md does not name the folder node/']);
    expect(says(mapGuard, saying(''))).toEqual([]);
  });

  it('catches a dependency without a reason, a reason without a dependency, and a second reason', () => {
    const text = '- `ssh2`: the connection\n- `left-pad`: gone\n- `ssh2`: again\n';
    expect(says(dependencyGuard, saying('', { path: 'docs/dependencies.md', text }))).toEqual([
      'docs/dependencies.md does not say why vite is used',
      'docs/dependencies.md names left-pad, which package.json does not have',
      'docs/dependencies.md names ssh2 twice',
    ]);
  });

  it('catches two decisions with one number, and one without', () => {
    const decisions = ['0001-a.md', '0001-b.md', 'c.md', 'README.md'].map((name) => ({
      path: `docs/decisions/${name}`,
      text: '',
    }));
    expect(says(decisionGuard, decisions)).toEqual([
      'docs/decisions/0001-b.md the number 0001 is taken by docs/decisions/0001-a.md',
      'docs/decisions/c.md a decision is called NNNN-short-title.md',
    ]);
  });
});
