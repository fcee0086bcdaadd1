// A compiler that stays: a line of standard JSON in, a line of JSON out, until the input ends.
//
// `tools/mutation_run.py` asks it for one mutant after another. Loading the compiler costs more than compiling a contract
// does once it is warm. Imports are read below the working directory, where packages are found by the remappings.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const readline = require('node:readline');
const { createRequire } = require('node:module');

const solc = createRequire(path.join(process.cwd(), 'here.js'))('solc');

function read(name) {
  return fs.existsSync(name) ? { contents: fs.readFileSync(name, 'utf8') } : { error: `File not found: ${name}` };
}

readline.createInterface({ input: process.stdin }).on('line', (question) => {
  process.stdout.write(`${solc.compile(question, { import: read })}\n`);
});
