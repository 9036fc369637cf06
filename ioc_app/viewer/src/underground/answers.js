/** What the server told, as the sheet shows it: a line that says it all, tables, colours on the model. */
import { plainText } from '../engine/text.js';
import { PAINT } from './on_model.js';

/** @typedef {import('../ui/context.js').Context} Context */
/** @typedef {import('./on_model.js').Colour} Colour */
/** @typedef {Record<string, any> & {feature_id: string, idx: number | null, layer_id: string | null, name: string | null, scene: import('../engine/types').Vec3 | null}} Row */
/** `number`: to the right. @typedef {{title: string, number?: boolean, of: (row: Row) => string, colour?: (row: Row) => Colour | null}} Column */
/** `name`: which column is the link. @typedef {{title: string, columns: Column[], rows: Row[], name: number}} Table */
/**
 * @typedef {object} Answer
 * @property {string} title
 * @property {string} summary
 * @property {string[]} notes what is said below the tables
 * @property {string[]} doubts what is not known, and what the answer does not replace
 * @property {'drawing' | 'tables'} first what is looked at first
 * @property {Table[]} tables
 * @property {[number[], Colour][]} paints later ones over earlier ones
 * @property {string[]} layers of what was found
 * @property {string | null} svg
 * @property {string} csv
 * @property {string} file how what is saved is called
 */

/** @param {Context} context @param {import('./index.js').Kind} kind @param {any} told @returns {Answer} */
export const answerOf = (context, kind, told) => ({ cross: crossAnswer, long: longAnswer, dig: digAnswer })[kind](new Words(context), told);

/** Values in the language of the reader. */
class Words {
  /** @param {Context} context */
  constructor({ tr, scene }) {
    this.tr = tr;
    this.layers = new Map(scene.layers.map((one) => [one.id, tr.title(one.title)]));
  }

  /** @param {string} key @param {Record<string, string | number>} [values] */
  say(key, values) {
    return this.tr.text(`underground.${key}`, values);
  }

  /** @param {string} field @param {number} [digits] @returns {Column} */
  number(field, digits = 2) {
    return { title: this.say(`column.${field}`), number: true, of: (row) => (typeof row[field] === 'number' ? this.tr.fixed(row[field], digits) : '–') };
  }

  /** @param {string} field @param {(row: Row) => unknown} [of] @returns {Column} */
  plain(field, of = (row) => row[field]) {
    return { title: this.say(`column.${field}`), of: (row) => plainText(of(row) ?? '', 60) || '–' };
  }

  /** @param {string} field @param {string} words prefix of their texts @param {(row: Row) => Colour | null} colour @returns {Column} */
  code(field, words, colour) {
    return { title: this.say(`column.${field}`), of: (row) => this.say(`${words}.${row[field]}`), colour };
  }

  get layer() {
    return this.plain('layer_id', (row) => this.layers.get(row.layer_id ?? '') ?? row.layer_id);
  }

  get name() {
    return this.plain('name', (row) => row.name || row.feature_id.split(':').at(-1));
  }

  /** Those without a place were not looked at. @param {{skipped: Record<string, number>}} told */
  skipped({ skipped }) {
    const count = Object.values(skipped).reduce((sum, one) => sum + one, 0);
    return count ? [this.say('skipped', { count: this.tr.number(count, 0) })] : [];
  }
}

/** @param {readonly Row[]} rows */
const idx = (rows) => rows.flatMap((one) => (one.idx === null ? [] : [one.idx]));
/** @param {readonly Row[]} rows */
const layersOf = (rows) => [...new Set(rows.flatMap((one) => one.layer_id ?? []))];
/** Tables with something in them. @param {Table[]} tables */
const filled = (tables) => tables.filter((one) => one.rows.length);

/** @param {Words} words @param {any} told @returns {Answer} */
function crossAnswer(words, told) {
  const isBeside = (/** @type {Row} */ one) => one.relation === 'beside';
  const relation = words.code('relation', 'relation', (row) => (isBeside(row) ? PAINT.beside : PAINT.cut));
  const numbers = ['chainage_m', 'ground_m', 'crown_m', 'invert_m', 'cover_m'].map((one) => words.number(one));
  const { pipes, nodes, buildings } = told;
  return {
    title: words.say('kind.cross'),
    first: 'drawing',
    summary: words.say('cross.summary', { length: words.tr.fixed(told.length_m, 1), pipes: pipes.length, nodes: nodes.length, buildings: buildings.length }),
    notes: [],
    doubts: words.skipped(told),
    tables: filled([
      { title: words.say('pipes'), name: 2, columns: [relation, words.layer, words.name, words.plain('size'), ...numbers, words.plain('owner')], rows: pipes },
      { title: words.say('nodes'), name: 1, columns: [words.layer, words.name, words.plain('kind'), ...['chainage_m', 'offset_m', 'ground_m', 'bottom_level_m'].map((one) => words.number(one))], rows: nodes },
      { title: words.say('buildings'), name: 0, columns: [words.name, words.number('from_chainage_m'), words.number('to_chainage_m')], rows: buildings },
    ]),
    paints: [[idx([...pipes.filter(isBeside), ...nodes]), PAINT.beside], [idx(pipes.filter((/** @type {Row} */ one) => !isBeside(one))), PAINT.cut]],
    layers: layersOf([...pipes, ...nodes]),
    svg: told.svg,
    csv: told.csv,
    file: words.say('kind.cross'),
  };
}

/** @param {Words} words @param {any} told @returns {Answer} */
function longAnswer(words, told) {
  const { stations, links, crossings } = told;
  /** What leaves a station stands in its row, as under a profile. @param {Row} row */
  const leaving = (row) => links[stations.indexOf(row)];
  /** @param {string} field @param {number} digits @returns {Column} */
  const ofLink = (field, digits) => ({ ...words.number(field, digits), of: (row) => words.number(field, digits).of(leaving(row) ?? {}) });
  const numbers = ['chainage_m', 'ground_m', 'in_invert_m', 'out_invert_m', 'depth_m'].map((one) => words.number(one));
  return {
    title: words.say('kind.long'),
    first: 'drawing',
    summary: words.say('long.summary', { layer: words.layers.get(told.layer_id) ?? told.layer_id, length: words.tr.fixed(told.length_m, 1), links: links.length, crossings: crossings.length }),
    notes: [],
    doubts: [],
    tables: filled([
      { title: words.say('stations'), name: 0, columns: [words.name, ...numbers, ofLink('length_m', 2), ofLink('slope_permille', 1), words.plain('size', (row) => leaving(row)?.size)], rows: stations },
      { title: words.say('crossings'), name: 1, columns: [words.layer, words.name, words.plain('size'), ...['chainage_m', 'crown_m', 'invert_m'].map((one) => words.number(one)), words.plain('owner')], rows: crossings },
    ]),
    paints: [[idx(crossings), PAINT.beside], [idx(links), PAINT.cut]],
    layers: layersOf([...links, ...crossings]),
    svg: told.svg,
    csv: told.csv,
    file: words.say('kind.long'),
  };
}

/** @param {Words} words @param {any} told @returns {Answer} */
function digAnswer(words, told) {
  const { tr } = words;
  const { things, earth, counts, contacts } = told;
  const verdict = words.code('verdict', 'verdict', (row) => PAINT[/** @type {'hit' | 'possible' | 'near'} */ (row.verdict)]);
  const numbers = ['depth_m', 'distance_m', 'length_inside_m'].map((one) => words.number(one));
  const above = (/** @type {Row} */ row) => (row.above_ground ? words.say('aboveGround') : '');
  const by = (/** @type {string} */ one) => things.filter((/** @type {Row} */ row) => row.verdict === one);
  const of = (/** @type {any} */ one) => words.say(`role.${one.role}`, { name: plainText(one.name, 40), count: one.of.length });
  return {
    title: words.say('kind.dig'),
    first: 'tables',
    summary: words.say('dig.summary', { hit: counts.hit, possible: counts.possible, near: counts.near, volume: tr.fixed(earth.volume_m3, 1) }),
    notes: [
      contacts.length ? words.say('dig.contacts', { names: contacts.map(of).join(words.say('and')) }) : words.say('dig.nobody'),
      words.say('dig.earth', { volume: tr.fixed(earth.volume_m3, 1), area: tr.fixed(earth.area_m2, 1) }),
    ],
    doubts: [
      ...(earth.unknown_m2 > 0.05 ? [words.say('dig.unknown', { area: tr.fixed(earth.unknown_m2, 1) })] : []),
      ...words.skipped(told),
      ...(told.unsized ? [words.say('dig.unsized', { count: tr.number(told.unsized, 0) })] : []),
      words.say('dig.permit'),
    ],
    tables: filled([
      { title: words.say('things', { found: tr.number(told.found, 0) }), name: 2, columns: [verdict, words.layer, words.name, words.plain('size'), ...numbers, words.plain('owner'), ...(things.some(above) ? [{ title: '', of: above }] : [])], rows: things },
      { title: words.say('buildings'), name: 0, columns: [words.name, words.number('distance_m'), words.number('overlap_m2', 1)], rows: told.buildings },
      { title: words.say('devices'), name: 0, columns: [words.name, words.number('distance_m')], rows: told.devices },
    ]),
    paints: ['near', 'possible', 'hit'].map((one) => [idx(by(one)), PAINT[/** @type {'hit' | 'possible' | 'near'} */ (one)]]),
    layers: layersOf(things),
    svg: told.svg,
    csv: told.csv,
    file: words.say('kind.dig'),
  };
}
