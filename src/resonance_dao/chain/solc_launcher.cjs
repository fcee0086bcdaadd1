#!/usr/bin/env node
// The npm package `solc` behind the command line of the native compiler.
//
// py-solc-x, Brownie, forge and mythril call `--standard-json`; slither calls `--combined-json`; gambit and people call
// `--ast-compact-json`, `--bin`, `--abi` with files. Every style becomes one standard JSON input. What this does not do:
// `--link`, `--libraries`, `--assemble`, `--import-ast`, SMT solving. What it does not know it refuses.
//
// Installed as `.solc/solc-v<version>` by `toolchain.py`. As with the native compiler, standard JSON mode exits 0 and
// reports errors inside the JSON; every other mode exits 1 when the sources do not compile.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { createRequire } = require('node:module');

class UsageError extends Error {}

// The parts of the output that `--combined-json` and the single flags can ask for: [standard JSON selector, its value].
const OUTPUTS = {
  abi: ['abi', (c) => c.abi],
  asm: ['evm.legacyAssembly', (c) => c.evm.legacyAssembly],
  bin: ['evm.bytecode.object', (c) => c.evm.bytecode.object],
  'bin-runtime': ['evm.deployedBytecode.object', (c) => c.evm.deployedBytecode.object],
  devdoc: ['devdoc', (c) => c.devdoc],
  hashes: ['evm.methodIdentifiers', (c) => c.evm.methodIdentifiers],
  metadata: ['metadata', (c) => c.metadata],
  opcodes: ['evm.bytecode.opcodes', (c) => c.evm.bytecode.opcodes],
  srcmap: ['evm.bytecode.sourceMap', (c) => c.evm.bytecode.sourceMap],
  'srcmap-runtime': ['evm.deployedBytecode.sourceMap', (c) => c.evm.deployedBytecode.sourceMap],
  'storage-layout': ['storageLayout', (c) => c.storageLayout],
  userdoc: ['userdoc', (c) => c.userdoc],
};

// Single flags: the heading on stdout and the extension in `--output-dir`, as the native compiler writes them.
const PRINTED = {
  bin: ['Binary:', 'bin'],
  'bin-runtime': ['Binary of the runtime part:', 'bin-runtime'],
  abi: ['Contract JSON ABI', 'abi'],
  hashes: ['Function signatures:', 'signatures'],
  metadata: ['Metadata:', '_meta.json'],
  opcodes: ['Opcodes:', 'opcode'],
  userdoc: ['User Documentation', 'docuser'],
  devdoc: ['Developer Documentation', 'docdev'],
  'storage-layout': ['Contract Storage Layout:', '_storage.json'],
};

const SWITCHES = [
  'version',
  'help',
  'standard-json',
  'optimize',
  'via-ir',
  'overwrite',
  'pretty-json',
  'no-cbor-metadata',
  'metadata-literal',
  'color',
  'no-color',
  'ast-compact-json',
  ...Object.keys(PRINTED),
];
const WITH_VALUE = [
  'base-path',
  'include-path',
  'allow-paths',
  'combined-json',
  'optimize-runs',
  'evm-version',
  'metadata-hash',
  'revert-strings',
  'output-dir',
  'stop-after',
];

/* COMMAND LINE */

function parse(argv) {
  const given = { files: [], remappings: [], 'include-path': [] };
  const rest = argv.flatMap((a) =>
    /^--[^=]+=/.test(a) ? [a.slice(0, a.indexOf('=')), a.slice(a.indexOf('=') + 1)] : [a],
  );
  while (rest.length > 0) {
    const argument = rest.shift();
    const name = argument === '-o' ? 'output-dir' : argument.replace(/^--/, '');
    if (argument === '-' || !argument.startsWith('-')) {
      (argument.includes('=') ? given.remappings : given.files).push(argument);
    } else if (SWITCHES.includes(name)) {
      given[name] = true;
    } else if (!WITH_VALUE.includes(name)) {
      throw new UsageError(`unrecognised option '${argument}'`);
    } else if (rest.length === 0) {
      throw new UsageError(`the required argument for option '--${name}' is missing`);
    } else if (name === 'include-path') {
      given[name].push(rest.shift());
    } else {
      given[name] = rest.shift();
    }
  }
  return given;
}

function help() {
  const outputs = Object.keys(OUTPUTS);
  return [
    'solc, the Solidity commandline compiler (npm build behind a launcher)',
    'Usage: solc [options] [input_file...] [prefix=target...]',
    ...SWITCHES.map((name) => `  --${name}`),
    ...WITH_VALUE.filter((name) => name !== 'combined-json').map((name) => `  --${name} value`),
    `  --combined-json ${['ast', ...outputs].sort().join(',')}`,
  ].join('\n');
}

/* SOURCES ON DISK */

const slashes = (name) => (process.platform === 'win32' ? name.replace(/\\/g, '/') : name);
const isInside = (folder, file) =>
  !path.relative(folder, file).startsWith('..') && !path.isAbsolute(path.relative(folder, file));
const realOrSame = (name) => (fs.existsSync(name) ? fs.realpathSync(name) : path.resolve(name));

// Imports are read below the base path, then the include paths; never outside the folders that were allowed.
function reader(given, remappings) {
  const prefixes = [given['base-path'] || '.', ...given['include-path']];
  const targets = remappings.map((r) => r.slice(r.indexOf('=') + 1)).filter((t) => t !== '');
  const files = given.files.filter((f) => f !== '-').map((f) => path.dirname(f));
  const allow = (given['allow-paths'] || '').split(',').filter((p) => p !== '');
  const allowed = [...prefixes, ...files, ...allow, ...targets.map((t) => path.resolve(prefixes[0], t))].map(
    realOrSame,
  );
  return (unit) => {
    const name = unit.startsWith('file://') ? unit.slice('file://'.length) : unit;
    const found = prefixes.map((p) => path.resolve(p, name)).filter((f) => fs.existsSync(f) && fs.statSync(f).isFile());
    if (found.length === 0)
      return { error: `File not found. Searched the following locations: ${prefixes.join(', ')}.` };
    const real = fs.realpathSync(found[0]);
    if (!allowed.some((folder) => isInside(folder, real)))
      return { error: `File outside of allowed directories: ${found[0]}` };
    return { contents: fs.readFileSync(real, 'utf8') };
  };
}

function unitName(given, file) {
  const absolute = path.resolve(file);
  const prefix = [given['base-path'] || '.', ...given['include-path']]
    .map((p) => path.resolve(p))
    .find((p) => isInside(p, absolute));
  return slashes(prefix === undefined ? absolute : path.relative(prefix, absolute));
}

async function readStdin() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/* STANDARD JSON */

async function inputOf(given) {
  const sources = {};
  for (const file of given.files) {
    if (file !== '-' && !fs.existsSync(file)) throw new UsageError(`"${file}" is not found.`);
    sources[file === '-' ? '<stdin>' : unitName(given, file)] = {
      content: file === '-' ? await readStdin() : fs.readFileSync(file, 'utf8'),
    };
  }
  const wanted = (given['combined-json'] || '').split(',').filter((o) => o !== '');
  const unknown = wanted.find((o) => o !== 'ast' && o !== 'compact-format' && !(o in OUTPUTS));
  if (unknown !== undefined) throw new UsageError(`Invalid option to --combined-json: ${unknown}`);
  const selected = [...wanted, ...Object.keys(PRINTED).filter((o) => given[o])].filter((o) => o in OUTPUTS);
  const settings = {
    remappings: given.remappings,
    optimizer: {
      enabled: Boolean(given.optimize || given['optimize-runs']),
      runs: Number(given['optimize-runs'] || 200),
    },
    outputSelection: { '*': { '': ['ast'], '*': selected.map((o) => OUTPUTS[o][0]) } },
    metadata: { useLiteralContent: Boolean(given['metadata-literal']), appendCBOR: !given['no-cbor-metadata'] },
  };
  if (!Number.isInteger(settings.optimizer.runs))
    throw new UsageError(`Invalid option to --optimize-runs: ${given['optimize-runs']}`);
  if (given['metadata-hash']) settings.metadata.bytecodeHash = given['metadata-hash'];
  if (given['evm-version']) settings.evmVersion = given['evm-version'];
  if (given['via-ir']) settings.viaIR = true;
  if (given['revert-strings']) settings.debug = { revertStrings: given['revert-strings'] };
  if (given['stop-after']) settings.stopAfter = given['stop-after'];
  return { language: 'Solidity', sources, settings };
}

/* OUTPUT */

const contractsOf = (output) =>
  Object.entries(output.contracts || {}).flatMap(([file, byName]) =>
    Object.entries(byName).map(([name, c]) => [file, name, c]),
  );

function combined(given, output, version) {
  const wanted = given['combined-json'].split(',').filter((o) => o in OUTPUTS);
  const pick = (c) => Object.fromEntries(wanted.map((o) => [o, OUTPUTS[o][1](c)]));
  const bySource = Object.entries(output.sources || {}).sort((a, b) => a[1].id - b[1].id);
  const ast = given['combined-json'].split(',').includes('ast');
  return {
    contracts: Object.fromEntries(contractsOf(output).map(([file, name, c]) => [`${file}:${name}`, pick(c)])),
    sourceList: bySource.map(([name]) => name),
    ...(ast && { sources: Object.fromEntries(bySource.map(([name, s]) => [name, { AST: s.ast, id: s.id }])) }),
    version,
  };
}

// Each part as [heading, file name in the output folder, text], in the native compiler's order.
function partsOf(given, output, version) {
  const text = (value) =>
    typeof value === 'string' ? value : JSON.stringify(value, null, given['pretty-json'] ? 2 : 0);
  if (given['combined-json'] !== undefined) return [['', 'combined.json', text(combined(given, output, version))]];
  const parts = [];
  if (given['ast-compact-json']) {
    for (const [name, source] of Object.entries(output.sources || {})) {
      parts.push([`======= ${name} =======\n`, `${path.basename(name)}_json.ast`, text(source.ast)]);
    }
  }
  for (const [file, name, contract] of contractsOf(output)) {
    for (const [option, [heading, extension]] of Object.entries(PRINTED).filter(([o]) => given[o])) {
      const dot = extension.startsWith('_') ? '' : '.';
      parts.push([
        `\n======= ${file}:${name} =======\n${heading}\n`,
        `${name}${dot}${extension}`,
        text(OUTPUTS[option][1](contract)),
      ]);
    }
  }
  return parts;
}

function deliver(given, parts) {
  if (given['output-dir'] === undefined)
    return process.stdout.write(parts.map(([heading, , text]) => `${heading}${text}\n`).join(''));
  fs.mkdirSync(given['output-dir'], { recursive: true });
  for (const [, name, text] of parts) {
    const target = path.join(given['output-dir'], name);
    if (fs.existsSync(target) && !given.overwrite)
      throw new UsageError(`Refusing to overwrite existing file "${target}" (use --overwrite to force).`);
    fs.writeFileSync(target, text);
  }
}

/* RUNNING */

// The compiler of the project this file was installed in; else that of the folder it is called from.
function compiler() {
  for (const origin of [__filename, path.join(process.cwd(), 'here.js')]) {
    try {
      return createRequire(origin)('solc');
    } catch (error) {
      if (error.code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  throw new UsageError('the npm package "solc" is not installed: run `npm ci` in the project');
}

async function compileStandard(given, solc) {
  if (given.files.length > 1) throw new UsageError('Too many input files for --standard-json.');
  const text =
    given.files.length === 1 && given.files[0] !== '-' ? fs.readFileSync(given.files[0], 'utf8') : await readStdin();
  let remappings = [];
  try {
    remappings = (JSON.parse(text).settings || {}).remappings || [];
  } catch {
    // Not JSON: the compiler itself says so, in JSON.
  }
  const output = solc.compile(text, { import: reader({ ...given, files: [] }, remappings) });
  process.stdout.write(`${given['pretty-json'] ? JSON.stringify(JSON.parse(output), null, 2) : output}\n`);
}

async function compileFiles(given, solc) {
  if (given.files.length === 0)
    throw new UsageError('No input files given. If you wish to use the standard input please specify "-" explicitly.');
  const input = await inputOf(given);
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: reader(given, given.remappings) }));
  const errors = output.errors || [];
  process.stderr.write(errors.map((e) => `${e.formattedMessage || e.message}\n`).join(''));
  if (errors.some((e) => e.severity === 'error')) process.exitCode = 1;
  else deliver(given, partsOf(given, output, solc.version()));
}

async function main(argv) {
  const given = parse(argv);
  if (given.help) return process.stdout.write(`${help()}\n`);
  const solc = compiler();
  if (given.version)
    return process.stdout.write(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}\n`);
  return given['standard-json'] ? compileStandard(given, solc) : compileFiles(given, solc);
}

// The Emscripten build adds handlers that would end the process with the wrong exit code.
main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`Error: ${error instanceof UsageError ? error.message : error.stack}\n`);
  process.exitCode = 1;
});
