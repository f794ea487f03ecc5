// SPDX-License-Identifier: MIT
// Downloads and unpacks Debian packages into a private folder: no root, and nothing of the system is changed.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { findProgram, progress, run, runOrFail, ToolError } from './process.mjs';

/** The fields of /etc/os-release, or an empty object on a system that has none. */
export function readOsRelease(file = '/etc/os-release') {
  if (!existsSync(file)) return {};
  const fields = readFileSync(file, 'utf8').matchAll(/^(\w+)="?(.*?)"?$/gm);
  return Object.fromEntries([...fields].map(([, name, value]) => [name, value]));
}

function parseOneLineSources(text) {
  const pattern = /^deb\s+(?:\[(.*?)\]\s+)?(\S+)\s+(\S+)\s+(.+)$/gm;
  return [...text.matchAll(pattern)].map(([, options = '', uri, suite, components]) => ({
    uri,
    suites: [suite],
    components: components.trim().split(/\s+/),
    signedBy: /signed-by=(\S+)/i.exec(options)?.[1],
  }));
}

function parseDeb822Sources(text) {
  const sources = [];
  for (const stanza of text.replace(/^#.*\n/gm, '').split(/\n\s*\n/)) {
    const field = (name) => new RegExp(`^${name}:[ \\t]*(.*(?:\\n[ \\t].*)*)`, 'im').exec(stanza)?.[1].trim();
    const words = (name) => (field(name) ?? '').split(/\s+/).filter(Boolean);
    if (!words('Types').includes('deb') || field('Enabled')?.toLowerCase() === 'no') continue;
    const signedBy = field('Signed-By');
    for (const uri of words('URIs')) {
      sources.push({
        uri,
        suites: words('Suites'),
        components: words('Components'),
        // A key written out inside the stanza cannot be named in a one-line source; apt then uses its trusted keys.
        signedBy: signedBy?.startsWith('/') ? signedBy : undefined,
      });
    }
  }
  return sources;
}

/** The package source (mirror, components, keyring) from which the running system itself was installed. */
export function findSystemSource(codename, aptFolder = '/etc/apt') {
  const folder = path.join(aptFolder, 'sources.list.d');
  const extra = existsSync(folder) ? readdirSync(folder).map((name) => path.join(folder, name)) : [];
  for (const file of [path.join(aptFolder, 'sources.list'), ...extra]) {
    if (!existsSync(file)) continue;
    const parse = file.endsWith('.sources') ? parseDeb822Sources : file.endsWith('.list') ? parseOneLineSources : null;
    const source = parse?.(readFileSync(file, 'utf8')).find(({ suites }) => suites.includes(codename));
    if (source) return source;
  }
  throw new ToolError(`No package source for "${codename}" found in ${aptFolder}/sources.list*.`);
}

/** An apt of our own: its lists, its archives and its (empty) record of installed packages lie in the given folder. */
export class PrivateApt {
  #folder;
  #configuration;

  constructor(folder, source, suite) {
    if (!findProgram('apt-get') || !findProgram('dpkg')) {
      throw new ToolError('apt-get and dpkg are needed: use Debian or Ubuntu, or a container of one.');
    }
    this.#folder = folder;
    this.#configuration = path.join(folder, 'apt.conf');
    mkdirSync(path.join(folder, 'lists', 'partial'), { recursive: true });
    mkdirSync(this.archives, { recursive: true });
    mkdirSync(path.join(this.archives, 'partial'), { recursive: true });
    // With an empty status file every dependency counts as missing, so nothing is borrowed from the system.
    writeFileSync(path.join(folder, 'status'), '');
    const option = source.signedBy ? `[signed-by=${source.signedBy}] ` : '';
    const line = `deb ${option}${source.uri} ${suite} ${source.components.join(' ')}\n`;
    writeFileSync(path.join(folder, 'sources.list'), line);
    writeFileSync(
      this.#configuration,
      [
        // The system's hooks would act on the system's own files.
        '#clear APT::Update;',
        '#clear DPkg;',
        '#clear Acquire::IndexTargets::deb::DEP-11;',
        'Acquire::Languages "none";',
        'Acquire::Retries "3";',
        `Dir::State "${folder}";`,
        `Dir::State::lists "${folder}/lists";`,
        `Dir::State::status "${folder}/status";`,
        `Dir::Cache "${folder}";`,
        `Dir::Cache::archives "${this.archives}";`,
        `Dir::Etc::SourceList "${folder}/sources.list";`,
        'Dir::Etc::SourceParts "-";',
        'Dir::Etc::Preferences "-";',
        'Dir::Etc::PreferencesParts "-";',
        // apt's own unprivileged user may not enter a home folder.
        ...(process.getuid?.() === 0 ? ['APT::Sandbox::User "root";'] : []),
        '',
      ].join('\n'),
    );
  }

  get archives() {
    return path.join(this.#folder, 'archives');
  }

  /** Fetches the package lists. False when the mirror does not have the suite; any other trouble is an error. */
  async update() {
    const result = await run('apt-get', ['-c', this.#configuration, 'update', '--error-on=any'], { quiet: true });
    if (result.code === 0) return true;
    const output = result.stdout + result.stderr;
    if (/does not have a Release file|404 +Not Found/.test(output)) return false;
    throw new ToolError(`Fetching the package lists failed:\n${output.trim()}`);
  }

  async hasPackage(name) {
    const { stdout } = await run('apt-cache', ['-c', this.#configuration, 'policy', name], { quiet: true });
    return /Candidate: (?!\(none\))/.test(stdout);
  }

  /** Downloads packages with everything they depend on. */
  async downloadWithDependencies(names) {
    const options = ['--yes', '--quiet', '--download-only', '--no-install-recommends'];
    await runOrFail('apt-get', ['-c', this.#configuration, ...options, 'install', ...names], { quiet: true });
  }

  /** Downloads just these packages. */
  async downloadAlone(names) {
    const options = { quiet: true, cwd: this.archives };
    await runOrFail('apt-get', ['-c', this.#configuration, '--quiet', 'download', ...names], options);
  }

  /** Unpacks all that was downloaded into the target folder. */
  async unpack(target) {
    mkdirSync(target, { recursive: true });
    const files = readdirSync(this.archives).filter((name) => name.endsWith('.deb'));
    for (const [index, file] of files.entries()) {
      if (index % 40 === 0 && files.length > 40) progress(`unpacking package ${index + 1} of ${files.length}`);
      await runOrFail('dpkg', ['-x', path.join(this.archives, file), target], { quiet: true });
    }
  }
}
