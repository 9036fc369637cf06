/** Numbers of the dictionary in words. Pure: the Translator speaks, the moment is an argument. */

/** @typedef {import('../ui/i18n.js').Translator} Translator */
/** @typedef {import('../engine/types').Title} Title */
/**
 * What `GET /screens/{id}/kpis` says of one number.
 * @typedef {object} Kpi
 * @property {string} id
 * @property {Title} title
 * @property {string} unit
 * @property {number} decimals
 * @property {'higher' | 'lower' | 'neither'} direction which way is better
 * @property {number | null} target
 * @property {boolean} unverified
 * @property {number | null} value
 * @property {'good' | 'stale' | 'waiting' | 'empty' | 'broken'} state
 * @property {string | null} true_at ISO 8601
 * @property {{kind: 'yesterday' | 'last_week', value: number | null} | null} compare
 * @property {number | null} [numerator]
 * @property {number | null} [denominator]
 * @property {number | null} [samples]
 * @property {{need: string, zh: string, en: string, short_zh?: string, short_en?: string}[]} [waits_for]
 * @property {Title | null} [nothing] why there is no value
 * @property {{code: string, text: Title} | null} [fault]
 */
/** @typedef {'better' | 'worse' | 'same' | 'neither'} Trend */

export const NOTHING = '–';

/** @param {Pick<Kpi, 'value' | 'decimals' | 'state'>} kpi @param {Translator} tr */
export function valueText({ value, decimals, state }, tr) {
  return value === null || value === undefined || !Number.isFinite(value) || state === 'waiting' || state === 'broken' ? NOTHING : tr.fixed(value, decimals);
}

/**
 * Against the same moment of another day: in percent of that, or in points where the number is a share itself or was zero.
 * @param {Pick<Kpi, 'value' | 'compare' | 'direction' | 'unit' | 'decimals' | 'state'>} kpi
 * @returns {{kind: 'yesterday' | 'last_week', by: number, isShare: boolean, trend: Trend} | null}
 */
export function comparison({ value, compare, direction, unit, decimals, state }) {
  if (value === null || !compare || compare.value === null || !['good', 'stale'].includes(state)) return null;
  const difference = value - compare.value;
  const isShare = unit !== '%' && compare.value !== 0;
  const by = isShare ? (100 * difference) / Math.abs(compare.value) : difference;
  const isSame = Math.abs(difference) < 0.5 * 10 ** -decimals || (isShare && Math.abs(by) < 0.05);
  if (isSame) return { kind: compare.kind, by: 0, isShare, trend: 'same' };
  const trend = direction === 'neither' ? 'neither' : difference > 0 === (direction === 'higher') ? 'better' : 'worse';
  return { kind: compare.kind, by, isShare, trend };
}

/** @param {number} by */
export const arrowOf = (by) => (by > 0 ? '▲' : by < 0 ? '▼' : '＝');

/** Whether the number is where it should be; null where nobody said. @param {Pick<Kpi, 'value' | 'target' | 'direction'>} kpi @returns {boolean | null} */
export function meetsTarget({ value, target, direction }) {
  if (value === null || target === null || target === undefined || direction === 'neither') return null;
  return direction === 'higher' ? value >= target : value <= target;
}

/**
 * The line below a number: why there is none, since when it is old, or how it compares.
 * @param {Kpi} kpi @param {Translator} tr
 * @returns {{text: string, short: string, tone: Trend | 'stale' | 'waiting' | 'broken' | 'empty' | 'none'}} `short`: where there is little room
 */
export function underline(kpi, tr) {
  const same = (/** @type {string} */ text, /** @type {any} */ tone) => ({ text, short: text, tone });
  if (kpi.state === 'waiting') {
    const waits = kpi.waits_for ?? [];
    const short = waits[0] && tr.title({ zh: waits[0].short_zh ?? '', en: waits[0].short_en ?? '' });
    return { text: tr.list(waits.map((one) => tr.title(one))) || tr.text('screen.waiting'), short: short || tr.text('screen.waiting'), tone: 'waiting' };
  }
  if (kpi.state === 'broken') return { text: kpi.fault ? tr.title(kpi.fault.text) : tr.text('screen.broken'), short: tr.text('screen.broken'), tone: 'broken' };
  if (kpi.state === 'empty' || kpi.value === null) return same(kpi.nothing ? tr.title(kpi.nothing) : tr.text('screen.empty'), 'empty');
  if (kpi.state === 'stale') return same(kpi.true_at ? tr.text('screen.since', { time: shortTime(kpi.true_at, tr) }) : tr.text('screen.stale'), 'stale');
  const against = comparison(kpi);
  if (against) {
    const amount = against.trend === 'same' ? '' : `${tr.number(Math.abs(against.by), against.isShare ? 1 : kpi.decimals)}${against.isShare || kpi.unit === '%' ? '%' : ''}`;
    const start = `${arrowOf(against.by)}${amount}`;
    return { text: `${start} ${tr.text(`screen.${against.kind}.${against.trend}`)}`, short: `${start} ${tr.text(`screen.trend.${against.trend}`)}`, tone: against.trend };
  }
  const met = meetsTarget(kpi);
  if (met === null) return same('', 'none');
  const target = `${kpi.direction === 'higher' ? '≥' : '≤'} ${tr.fixed(Number(kpi.target), kpi.decimals)}`;
  const [long, short] = met ? ['screen.met', 'screen.metShort'] : ['screen.unmet', 'screen.unmetShort'];
  return { text: tr.text(long, { target }), short: tr.text(short, { target }), tone: met ? 'better' : 'worse' };
}

/** `14:05` on the campus. @param {string | number} at @param {Translator} tr */
export const shortTime = (at, tr) => new Date(at).toLocaleTimeString(tr.locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: tr.zone });

/** The oldest moment of what is shown, ms; null when none of it says. @param {readonly (string | null | undefined)[]} moments */
export function oldest(moments) {
  const known = moments.flatMap((one) => (one ? [Date.parse(one)] : [])).filter(Number.isFinite);
  return known.length ? Math.min(...known) : null;
}

/** Time and day of the clock; the whole date where there is room. @param {number} now ms @param {Translator} tr */
export function clockWords(now, tr) {
  const as = (/** @type {Intl.DateTimeFormatOptions} */ options) => new Date(now).toLocaleString(tr.locale, { timeZone: tr.zone, ...options });
  return {
    time: as({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }),
    date: as(tr.language === 'zh' ? { month: 'long', day: 'numeric', weekday: 'long' } : { weekday: 'short', day: 'numeric', month: 'short' }),
    whole: as({ dateStyle: 'full' }),
  };
}
