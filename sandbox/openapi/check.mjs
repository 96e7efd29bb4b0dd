// Compares recorded calls with the platform's OpenAPI document, by the validator openapi-backend:
//
//   node check.mjs NODE_MODULES FOLDER
//
// Each file in FOLDER, or in a folder of it, whose name ends in `exchanges.ndjson` has a call and its answer
// on each line, as `ais-sandbox --record` writes them. It prints how many operations, requests and
// responses were compared and how many violations there are, and each kind of violation by its place, never
// by its value. It fails where there is a violation, where nothing was recorded, and where a fault in
// `edits.json` is no longer one. Before that it must find what is wrong with each line of `wrong.ndjson`.

import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { argv, exit } from 'node:process';

const [modules, folder] = argv.slice(2);
const require = createRequire(join(modules, 'openapi-backend', 'package.json'));
const { OpenAPIBackend } = require('openapi-backend');
const addFormats = require('ajv-formats');
const yaml = require('js-yaml');

const SERVICES = ['/accountinformation/', '/consent/', '/aspspinformation/'];
const here = import.meta.dirname ?? new URL('.', import.meta.url).pathname;

/** The document with its known faults mended, and the services that the sandbox has. */
function mended() {
  const document = yaml.load(readFileSync(join(here, 'openpayments-NextGenPSD2-1.3.3.yaml'), 'utf8'));
  for (const edit of JSON.parse(readFileSync(join(here, 'edits.json'), 'utf8'))) {
    for (const [pointer, value] of Object.entries(edit.replace ?? {})) {
      const [parent, key] = find(document, pointer);
      if (!(key in parent)) throw new Error(`${edit.fault}: there is no ${pointer}`);
      if (JSON.stringify(parent[key]) === JSON.stringify(value)) {
        throw new Error(`${edit.fault}: ${pointer} is as it should be`);
      }
      parent[key] = value;
    }
    for (const [pointer, value] of Object.entries(edit.add ?? {})) {
      const [parent, key] = find(document, pointer);
      if (key in parent) throw new Error(`${edit.fault}: ${pointer} is there`);
      parent[key] = value;
    }
    for (const pointer of edit.remove ?? []) {
      const [parent, key] = find(document, pointer);
      if (!(key in parent)) throw new Error(`${edit.fault}: there is no ${pointer}`);
      delete parent[key];
    }
    for (const { from, to } of edit.move ?? []) {
      const [parent, key] = find(document, from);
      if (!(key in parent)) throw new Error(`${edit.fault}: there is no ${from}`);
      parent[find(document, to)[1]] = parent[key];
      delete parent[key];
    }
  }
  const kept = Object.entries(document.paths).filter(([path]) => SERVICES.some((it) => path.startsWith(it)));
  document.paths = Object.fromEntries(kept);
  return document;
}

/** The object that holds what `pointer` (RFC 6901) leads to, and its name there. */
function find(document, pointer) {
  const names = pointer.split('/').slice(1).map((it) => it.replaceAll('~1', '/').replaceAll('~0', '~'));
  const key = names.pop();
  return [names.reduce((at, name) => at[name], document), key];
}

function* lines(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* lines(path);
    else if (entry.name.endsWith('exchanges.ndjson')) {
      for (const line of readFileSync(path, 'utf8').split('\n')) if (line) yield JSON.parse(line);
    }
  }
}

const api = new OpenAPIBackend({
  definition: mended(),
  apiRoot: '/psd2',
  strict: true,
  ajvOpts: { allErrors: true, coerceTypes: false },
  customizeAjv: (ajv, _options, context) => {
    addFormats(ajv, ['date', 'date-time', 'ipv4', 'uri', 'uri-reference', 'url', 'uuid']);
    // Parameters arrive as text, whatever their type.
    if (context === 'paramsValidator') ajv.opts.coerceTypes = 'array';
    return ajv;
  },
});
await api.init();

/** What is wrong with a call: an empty list where nothing is. */
function compared(call) {
  const headers = Object.fromEntries(call.requestHeaders);
  const body = call.requestBody ?? undefined;
  const request = { method: call.method, path: call.path, query: call.query ?? '', headers, body };
  const operation = api.router.matchOperation(request);
  if (!operation) return { name: 'no operation', wrong: [`${call.method} of a path that is not in the document`] };
  const name = operation.operationId;
  const wrong = errorsIn(`request of ${name}`, api.validateRequest(request, operation).errors);
  if (!headers.authorization) wrong.push(`request of ${name}: has no Authorization`);
  if (body !== undefined && kindOf(headers) !== 'application/json') {
    wrong.push(`request of ${name}: is not application/json`);
  }
  return { name, wrong: call.spoiled ? wrong : [...wrong, ...answered(operation, call)] };
}

/** What is wrong with an answer: its status, its headers, its kind and its body. */
function answered(operation, call) {
  const where = `${call.status} of ${operation.operationId}`;
  const expected = operation.responses[call.status];
  if (!expected) return [`${where}: has a status that is not in the document`];
  const headers = Object.fromEntries(call.answerHeaders);
  const wrong = errorsIn(where, api.validateResponseHeaders(headers, operation, { statusCode: call.status }).errors);
  for (const [name, header] of Object.entries(expected.headers ?? {})) {
    if (header.required && !(name.toLowerCase() in headers)) wrong.push(`${where}: has no ${name}`);
  }
  const kinds = Object.keys(expected.content ?? {});
  if (kinds.length === 0) return call.answerBody === null ? wrong : [...wrong, `${where}: has a body`];
  const kind = kindOf(headers);
  if (!kinds.includes(kind)) return [...wrong, `${where}: is of another kind`];
  // The validator reads the first kind only, so the kind that came is made the only one.
  const content = { [kinds[0]]: expected.content[kind] };
  const only = { ...operation, responses: { [call.status]: { ...expected, content } } };
  const validate = api.validator.buildStatusBasedResponseValidatorForOperation(only)[call.status];
  return validate(call.answerBody) ? wrong : [...wrong, ...errorsIn(where, validate.errors)];
}

/** The errors of the validator, by their place and without any value. */
function errorsIn(where, errors) {
  return (errors ?? []).map(({ instancePath = '', message = '' }) => `${where}: ${instancePath} ${message}`);
}

function kindOf(headers) {
  return (headers['content-type'] ?? '').split(';')[0].trim();
}

// The comparison must find the known errors, or its silence means nothing.
const samples = readFileSync(join(here, 'wrong.ndjson'), 'utf8').split('\n').filter((line) => line);
for (const [index, line] of samples.entries()) {
  if (compared(JSON.parse(line)).wrong.length === 0) {
    throw new Error(`wrong.ndjson: nothing is found in line ${index + 1}`);
  }
}

const operations = new Map();
const violations = new Map();
let [requests, responses] = [0, 0];
for (const call of lines(folder)) {
  const { name, wrong } = compared(call);
  requests += 1;
  responses += call.spoiled ? 0 : 1;
  operations.set(name, (operations.get(name) ?? 0) + 1);
  for (const what of wrong) violations.set(what, (violations.get(what) ?? 0) + 1);
}
const total = [...violations.values()].reduce((sum, times) => sum + times, 0);
console.log(`operations ${operations.size}, requests ${requests}, responses ${responses}, violations: ${total}`);
console.log(`  answers that a test had made, not compared: ${requests - responses}`);
for (const [name, times] of [...operations].sort()) console.log(`  ${name}: ${times}`);
for (const [what, times] of [...violations].sort()) console.log(`  VIOLATION, ${times} times: ${what}`);
if (responses === 0) console.log('  Nothing was recorded.');
exit(total === 0 && responses > 0 ? 0 : 1);
