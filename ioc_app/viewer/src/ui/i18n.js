/** Texts of the interface. Chinese first; both catalogues have the same keys (a test holds them to it). */
import zh from './i18n/zh.json';
import en from './i18n/en.json';
import units from '../../../screens/units.json';

/** @typedef {import('../engine/types').Language} Language */
/** @typedef {import('../engine/types').Title} Title */

/** @type {Record<Language, Record<string, string>>} */
const CATALOGUES = { zh, en };
/** @type {Record<Language, string>} */
const LOCALES = { zh: 'zh-CN', en: 'en-GB' };

/** Speaks one language at a time; numbers and titles too. */
export class Translator {
  /** @param {Language} language */
  constructor(language) {
    this.language = language;
  }

  get locale() {
    return LOCALES[this.language];
  }

  /** The campus' own time zone, as the stream says it; the browser's until then. @type {string | undefined} */
  static campusZone;

  get zone() {
    return Translator.campusZone;
  }

  /** The time of day on the campus. @param {string | number | Date} at */
  time(at) {
    return new Date(at).toLocaleTimeString(this.locale, { timeZone: this.zone, hourCycle: 'h23' });
  }

  /** Day and time on the campus. @param {string | number | Date} at */
  moment(at) {
    return new Date(at).toLocaleString(this.locale, { timeZone: this.zone, hourCycle: 'h23' });
  }

  /**
   * The text for `key`, with `{name}` filled in. A missing key shows itself.
   * @param {string} key
   * @param {Record<string, string | number>} [values]
   */
  text(key, values = {}) {
    const template = CATALOGUES[this.language][key] ?? key;
    return template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
  }

  /**
   * A code that a standard or a reader writes, in words; empty when it has none here.
   * @param {string} column
   * @param {unknown} value
   */
  code(column, value) {
    return CATALOGUES[this.language][`code.${column}.${value}`] ?? '';
  }

  /** Take in the texts of a chunk that came later. @param {Record<Language, Record<string, string>>} texts */
  static learn(texts) {
    for (const language of /** @type {Language[]} */ (Object.keys(texts))) Object.assign(CATALOGUES[language], texts[language]);
  }

  /** @param {string} key */
  has(key) {
    return key in CATALOGUES[this.language];
  }

  /**
   * A title that the server delivers in both languages.
   * @param {Title | null | undefined} title
   */
  title(title) {
    return title ? title[this.language] || title.zh || title.en : '';
  }

  /** `1F, 2F and 3F`. @param {string[]} names */
  list(names) {
    return new Intl.ListFormat(this.locale, { style: 'narrow' }).format(names);
  }

  /**
   * @param {number} value
   * @param {number} [digits] after the point, at most
   */
  number(value, digits = 2) {
    return new Intl.NumberFormat(this.locale, { maximumFractionDigits: digits }).format(value);
  }

  /**
   * @param {number} value
   * @param {number} digits after the point, always
   */
  fixed(value, digits) {
    return new Intl.NumberFormat(this.locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
  }

  /**
   * A unit as people of the language write it; English has no word where Chinese has a counter.
   * @param {string} unit
   */
  unit(unit) {
    return UNITS[unit]?.[this.language] ?? unit;
  }
}

/** The table that the server reads, too. @type {Record<string, Record<Language, string>>} */
const UNITS = units;
