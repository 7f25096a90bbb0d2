// The real server over real documents: a home folder of its own, knowledge bases made by `genkai ingest`.
//
//   const server = await startServer(makeHome());
//   ... server.url ...
//   await server.stop();

import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = process.env.GENKAI_PROGRAM;
const root = fileURLToPath(new URL('../../', import.meta.url));
// The day the sample documents were written for; what is out of date depends on it.
const environment = (home) => ({ ...process.env, GENKAI_HOME: home, GENKAI_TODAY: '2026-06-15', GENKAI_PROGRESS: 'off' });

/// Runs the program to its end; what it printed.
export const run = (home, ...parameters) =>
  execFileSync(program, parameters, { env: environment(home), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

export const kLongPassages = 260;
export const kMarkup = '<img src=x onerror="document.title=1"><b>Tide & tables</b>';
export const kLongWord = `Pneumono${'ultramicroscopic'.repeat(20)}`;

// Documents that a page may trip over: long, many, with markup as text, with a word that fits no line.
function writeOddDocuments(folder) {
  mkdirSync(folder, { recursive: true });
  for (let i = 0; i < 60; ++i)
    writeFileSync(join(folder, `note-${String(i).padStart(2, '0')}.txt`),
                  `Note ${i}\n\nStorehouse ${i} of the northern harbour holds ${i + 3} barrels of lamp oil.\n`);
  const paragraphs = [];
  for (let i = 0; i < kLongPassages; ++i)
    paragraphs.push(`## Entry ${i}\n\n` + (i === 130
      ? 'The seal of the Kurokawa archive was cast in bronze in 1911 by the bell founder of the town.'
      : `On day ${i} of the survey the party walked ${i + 2} miles along the ridge and drew the map of one more valley.`));
  writeFileSync(join(folder, 'survey.md'), `# Diary of the survey\n\n${paragraphs.join('\n\n')}\n`);
  writeFileSync(join(folder, 'odd.jsonl'), [
    { id: 'markup/<script>alert(1)</script>', title: kMarkup, source: '<i>Pilot</i>',
      text: 'The tide gauge of <b>Shirahama</b> was read by <script>alert(1)</script> Haruko Ono every hour.' },
    { id: 'word', title: kLongWord, text: `The longest word of the island is ${kLongWord}.` },
  ].map((line) => JSON.stringify(line)).join('\n') + '\n');
}

/// A home folder with the knowledge bases "handbook" (the sample documents) and, unless told otherwise, "odd".
export function makeHome({ odd = true } = {}) {
  const home = mkdtempSync(join(tmpdir(), 'genkai_browser.'));
  const folders = { handbook: join(root, 'examples/handbook') };
  if (odd) writeOddDocuments(folders.odd = join(home, 'odd-documents'));
  for (const [name, folder] of Object.entries(folders)) run(home, 'ingest', folder, '--kb', name);
  return home;
}

export const removeHome = (home) => rmSync(home, { recursive: true, force: true });

const freePort = () => new Promise((resolve) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => resolve(port));
  });
});

/// Starts `genkai serve` with a configuration of these lines, and waits until it is ready.
export async function startServer(home, configuration = '') {
  const port = await freePort();
  const file = join(home, `genkai-${port}.toml`);
  writeFileSync(file, `[server]\naddress = "127.0.0.1"\nport = ${port}\n${configuration}`);
  const child = spawn(program, ['serve', '--config', file], { env: environment(home), stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', (text) => { log += text; });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const url = `http://127.0.0.1:${port}/`;
  for (let i = 0; i < 200; ++i) {
    if (child.exitCode !== null) throw new Error(`genkai serve ended with ${child.exitCode}: ${log}`);
    try {
      if ((await fetch(`${url}readyz`)).ok) return { url, stop: () => { child.kill('SIGTERM'); return ended; } };
    } catch {
      // not listening yet
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill('SIGKILL');
  throw new Error(`genkai serve did not get ready: ${log}`);
}
