/**
 * Builds the bundle in ioc_app/_viewer from these sources; the same sources give the same bytes.
 *   node build.mjs [folder]   another folder, for the test that compares
 */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, '..', '_viewer'));
const libraries = join(here, 'node_modules/three/examples/jsm/libs');
/** What decodes the sets of others: shipped as three has it, fetched only when it is needed. */
const decoder = ['draco/gltf/draco_wasm_wrapper.js', 'draco/gltf/draco_decoder.wasm'];
const packages = ['three', '3d-tiles-renderer', 'three-mesh-bvh'];
const shared = { bundle: true, minify: true, write: false, legalComments: 'none', target: 'es2022', absWorkingDir: here, logLevel: 'warning' };

/** @param {import('esbuild').BuildOptions} options */
const bundle = async (options) => (await build({ ...shared, ...options })).outputFiles[0].contents;

/** For a file that is opened from a disk: all parts in one, and no decoder beside it. @type {import('esbuild').Plugin} */
const inOne = {
  name: 'in-one',
  setup({ onResolve }) {
    const src = join(here, 'src');
    onResolve({ filter: /\/chunk\.js$/ }, ({ importer }) => (importer.includes('snapshot') ? undefined : { path: join(src, 'snapshot/chunk.js') }));
    onResolve({ filter: /\/decoders\.js$/ }, () => ({ path: join(src, 'snapshot/decoders.js') }));
  },
};

/** Which npm packages ended up in the engine, with the licence text of each. */
async function licences() {
  const parts = await Promise.all(
    packages.map(async (name) => {
      const folder = join(here, 'node_modules', name);
      const { version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
      const text = await readFile(join(folder, 'LICENSE'), 'utf8');
      return `${name} ${version} (${license})\n\n${text.replaceAll('\r\n', '\n').trim()}\n`;
    }),
  );
  const decoder = await readFile(join(here, 'node_modules/three/examples/jsm/libs/meshopt_decoder.module.js'), 'utf8');
  const [, copyright] = /(Copyright \(C\)[^\n]*)/.exec(decoder) ?? [];
  const mit = await readFile(join(here, 'licences', 'MIT.txt'), 'utf8');
  const apache = await readFile(join(here, '..', '..', 'LICENSE'), 'utf8');
  parts.push(`meshoptimizer decoder, as shipped with three (MIT)\n\n${copyright}\n\n${mit.trim()}\n`);
  parts.push(`Draco decoder, Copyright The Draco Authors, as shipped with three (Apache-2.0)\n\n${apache.trim()}\n`);
  return parts.join(`\n${'-'.repeat(100)}\n\n`);
}

/** What a chunk is asked for with, so that a browser never keeps an old one. @param {Uint8Array} chunk */
const hashOf = (chunk) => createHash('sha256').update(chunk).digest('hex').slice(0, 12);

/** What the engine fetches when it is wanted, by folder; in the engine `CHUNK_HASHES`, a text: esbuild makes a module of an object, and all others call it. @type {Record<string, Uint8Array>} */
const chunks = {};
for (const name of ['changes', 'colour', 'desk', 'findings', 'now', 'pipes', 'plan', 'sight', 'snapshots', 'time', 'underground', 'wall']) chunks[name] = await bundle({ entryPoints: [`src/${name}/index.js`], format: 'esm' });
const hashes = Object.fromEntries(Object.entries(chunks).map(([name, chunk]) => [name, hashOf(chunk)]));
const engine = await bundle({ entryPoints: ['src/index.js'], format: 'esm', define: { CHUNK_HASHES: JSON.stringify(JSON.stringify(hashes)) } });
const screen = await bundle({ entryPoints: ['src/screen/index.js'], format: 'esm' });
const panels = await bundle({ entryPoints: ['src/panels/index.js'], format: 'iife' });
const component = await bundle({ entryPoints: ['src/component.js'], format: 'iife', define: { ENGINE_HASH: JSON.stringify(hashOf(engine)), SCREEN_HASH: JSON.stringify(hashOf(screen)) } });
const snapshot = await bundle({ entryPoints: ['src/snapshot/index.js'], format: 'iife', plugins: [inOne] });

await mkdir(out, { recursive: true });
for (const name of await readdir(out)) await rm(join(out, name));
for (const [name, content] of Object.entries({ ...chunks, screen, engine, component, panels, snapshot })) await writeFile(join(out, `${name}.js`), content);
for (const name of decoder) await copyFile(join(libraries, name), join(out, basename(name)));
await writeFile(join(out, 'LICENSES.txt'), await licences());
