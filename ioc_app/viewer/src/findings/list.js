/** Findings by rule: what is chosen above, a group a rule, its findings page by page once it is opened. */
import { fill, h, icon } from '../ui/dom.js';
import { plainText } from '../engine/text.js';
import { asApiError } from '../ui/actions.js';
import { queryOf, SEVERITIES } from './shapes.js';
import { sign } from './signs.js';
import { marksWords, nameOf, rulesOf, whereOf } from './words.js';

/** @typedef {import('../ui/context.js').Context} Context */
/** @typedef {import('./shapes.js').Chosen} Chosen */
/** @typedef {import('./shapes.js').Page} Page */

const PAGE = 50;
const NO_LAYER = '-';

export class List {
  /**
   * @param {Context} context
   * @param {{chosen: (chosen: Chosen) => void, open: (finding: number) => void}} then
   */
  constructor(context, then) {
    this.context = context;
    this.then = then;
    /** @type {Chosen} */
    this.chosen = { rule: null, severity: null, layer: null };
    this.asked = 0;
    this.head = h('p', { class: 'findings-total' });
    this.severities = h('div', { class: 'findings-severities', role: 'group', 'aria-label': this.say('severity') });
    this.layer = h('select', { name: 'layer', onchange: () => this.choose({ layer: this.layer.value || null, rule: null }) });
    this.marked = h('p', { class: 'hint', role: 'status' });
    this.groups = h('div', { class: 'findings-groups' });
    const layer = h('label', { class: 'field' }, h('span', {}, this.say('layer')), this.layer);
    this.element = h('div', { class: 'findings-list' }, this.head, this.severities, layer, this.marked, this.groups);
  }

  /** @param {string} key @param {Record<string, string | number>} [values] */
  say(key, values) {
    return this.context.tr.text(`findings.${key}`, values);
  }

  /** @param {Partial<Chosen>} change */
  choose(change) {
    this.chosen = { ...this.chosen, ...change };
    this.then.chosen(this.chosen);
    return this.draw();
  }

  /** The marks that stand on the model now. @param {import('./shapes.js').Marks} marks */
  tellMarks(marks) {
    fill(this.marked, marksWords(this.context.tr, marks));
  }

  async draw() {
    const mine = (this.asked += 1);
    if (!this.groups.childElementCount) fill(this.groups, h('p', { class: 'hint' }, this.say('asking')));
    const { severity, layer } = this.chosen;
    try {
      /** @type {Page} */
      const page = await this.ask({ rule: null, severity, layer }, 0, 0);
      if (mine !== this.asked) return;
      this.fillHead(page);
      const rules = rulesOf(page);
      fill(this.groups, ...(rules.length ? rules.map((one) => this.group(one)) : [h('p', { class: 'hint' }, this.say(page.total ? 'noneChosen' : 'none', { rules: page.rules_asked }))]));
    } catch (fault) {
      if (mine === this.asked) fill(this.groups, this.fault(fault));
    }
  }

  /** @param {Chosen} chosen @param {number} offset @param {number} limit @returns {Promise<Page>} */
  ask(chosen, offset, limit) {
    const { api, tr } = this.context;
    return api.get(`/findings?${queryOf(chosen, { offset, limit, lang: tr.language })}`);
  }

  /** @param {Page} page */
  fillHead(page) {
    const { tr, scene } = this.context;
    fill(this.head, this.say('total', { count: tr.number(page.total, 0), rules: page.rules_asked, generation: page.generation }));
    const focused = this.severities.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement).dataset.severity : null;
    fill(this.severities, ...SEVERITIES.map((one) => this.severityButton(one, page.counts.severity[one])));
    if (focused) /** @type {HTMLElement | null} */ (this.severities.querySelector(`[data-severity=${focused}]`))?.focus();
    const title = (/** @type {string} */ id) => (id === NO_LAYER ? this.say('noLayer') : tr.title(scene.layers.find((one) => one.id === id)?.title) || id);
    const layers = Object.entries(page.counts.layer);
    if (this.chosen.layer && !layers.some(([id]) => id === this.chosen.layer)) layers.push([this.chosen.layer, 0]);
    fill(
      this.layer,
      h('option', { value: '' }, this.say('everyLayer')),
      ...layers.map(([id, count]) => h('option', { value: id, selected: id === this.chosen.layer }, `${title(id)} (${tr.number(count, 0)})`)),
    );
  }

  /** @param {import('./shapes.js').Severity} severity @param {number} count */
  severityButton(severity, count) {
    const { tr } = this.context;
    const pressed = this.chosen.severity === severity;
    const onclick = () => void this.choose({ severity: pressed ? null : severity, rule: null });
    return h('button', { type: 'button', class: 'button', 'data-severity': severity, 'aria-pressed': String(pressed), disabled: !count && !pressed, onclick }, sign(severity), `${tr.text(`severity.${severity}`)} ${tr.number(count, 0)}`);
  }

  /** @param {import('./shapes.js').Rule & {count: number}} rule */
  group(rule) {
    const { tr } = this.context;
    const isOpen = this.chosen.rule === rule.id;
    const rows = h('ol', { class: 'findings-rows', hidden: !isOpen });
    const head = h(
      'button',
      { type: 'button', class: 'findings-rule', 'data-rule': rule.id, 'aria-expanded': String(isOpen), onclick: () => this.turn(rule.id, head, rows) },
      icon('chevron'),
      sign(rule.severity),
      h('span', {}, tr.title(rule.title), h('span', { class: 'unseen' }, ` ${tr.text(`severity.${rule.severity}`)}`)),
      h('span', { class: 'layer-count' }, tr.number(rule.count, 0)),
    );
    if (isOpen) void this.more(rule.id, rows, 0);
    return h('section', {}, head, rule.unverified ? h('p', { class: 'hint findings-doubt', hidden: !isOpen }, this.say('unverified')) : null, rows);
  }

  /** One is open at a time: its findings are those marked. @param {string} rule @param {HTMLElement} head @param {HTMLElement} rows */
  turn(rule, head, rows) {
    const opens = head.getAttribute('aria-expanded') !== 'true';
    for (const one of this.groups.querySelectorAll('[aria-expanded=true]')) this.fold(/** @type {HTMLElement} */ (one), false);
    this.fold(head, opens);
    if (opens && !rows.childElementCount) void this.more(rule, rows, 0);
    this.chosen = { ...this.chosen, rule: opens ? rule : null };
    this.then.chosen(this.chosen);
  }

  /** @param {HTMLElement} head @param {boolean} opens */
  fold(head, opens) {
    head.setAttribute('aria-expanded', String(opens));
    for (const one of head.parentElement?.querySelectorAll('.findings-rows, .findings-doubt') ?? []) /** @type {HTMLElement} */ (one).hidden = !opens;
  }

  /** The next page of a rule. @param {string} rule @param {HTMLElement} rows @param {number} offset */
  async more(rule, rows, offset) {
    const { tr } = this.context;
    try {
      const { findings, matching } = await this.ask({ ...this.chosen, rule }, offset, PAGE);
      rows.querySelector('.findings-more')?.remove();
      rows.append(...findings.map((one) => this.row(one)));
      const rest = matching - offset - findings.length;
      const next = () => void this.more(rule, rows, offset + PAGE).then(() => /** @type {HTMLElement | undefined} */ (rows.children[offset + PAGE]?.firstElementChild)?.focus());
      if (rest > 0) rows.append(h('li', { class: 'findings-more' }, h('button', { type: 'button', class: 'link-button', onclick: next }, this.say('more', { count: Math.min(PAGE, rest), rest: tr.number(rest, 0) }))));
    } catch (fault) {
      fill(rows, h('li', {}, this.fault(fault)));
    }
  }

  /** @param {import('./shapes.js').Finding} one */
  row(one) {
    const { tr } = this.context;
    return h('li', {}, h('button', { type: 'button', class: 'findings-row', 'data-finding': one.finding, onclick: () => this.then.open(one.finding) }, h('span', {}, one.masked && one.features.length ? nameOf(one.features[0]) : plainText(one.message, 160)), h('span', { class: 'hint' }, whereOf(tr, one))));
  }

  /** @param {unknown} fault */
  fault(fault) {
    return h('p', { class: 'error', role: 'alert' }, icon('warning'), this.context.tr.title(asApiError(fault).text));
  }
}
