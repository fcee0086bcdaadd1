// Validates records by the published schemas with a validator that is not ours (ajv).
// Usage: node schemas.mjs < [{schema, records}], prints [[true or false, ...], ...].

import Ajv2020 from "ajv/dist/2020.js";

const parts = [];
for await (const part of process.stdin) parts.push(part);
const cases = JSON.parse(Buffer.concat(parts).toString());
const answers = cases.map(({ schema, records }) => {
  const validate = new Ajv2020.default({ strict: true, strictTypes: false, strictRequired: false }).compile(schema);
  return records.map((record) => validate(record));
});
console.log(JSON.stringify(answers));
