/** The plan of a storey beside the 3D: rooms, walls, doors, devices; hover and selection go both ways; printable. What draws it is a chunk. */
import { fill, h, icon, iconButton } from '../dom.js';
import { asApiError } from '../actions.js';
import { chunk } from '../chunk.js';
import { buildingName } from '../../names.js';

/** @typedef {import('../context.js').Context} Context */
/** @typedef {import('../api.js').Plan} Plan */

/** @param {Context} context @returns {import('../context.js').Panel} */
export function planPanel(context) {
  const { tr, store } = context;
  const element = h('aside', { class: 'dock dock-left plan', 'aria-label': tr.text('plan.title'), hidden: true });
  const view = new PlanView(context, element);
  const stops = [
    store.watch(['planStorey'], (state) => {
      element.hidden = state.planStorey === null;
      if (state.planStorey) void view.open(state.planStorey);
    }),
    store.watch(['feature', 'cardState'], (state) => view.mark('selected', state.cardState === 'none' ? null : (state.feature?.idx ?? null))),
    store.watch(['hovered'], (state) => view.mark('hovered', state.hovered)),
  ];
  return { element, dispose: () => stops.forEach((stop) => stop()) };
}

class PlanView {
  /** @param {Context} context @param {HTMLElement} element */
  constructor(context, element) {
    this.context = context;
    this.element = element;
    this.shown = '';
  }

  /** @param {string} storeyId */
  async open(storeyId) {
    const { tr, api } = this.context;
    if (this.shown === storeyId) return;
    this.shown = storeyId;
    fill(this.element, this.head(storeyId, null), h('p', { class: 'empty', role: 'status' }, tr.text('plan.loading')));
    try {
      const [plan, part] = await Promise.all([api.plan(storeyId), chunk('plan')]);
      if (this.shown === storeyId) this.show(plan, part);
    } catch (fault) {
      if (this.shown !== storeyId) return;
      this.shown = '';
      fill(this.element, this.head(storeyId, null), h('p', { class: 'error', role: 'alert' }, icon('warning'), tr.title(asApiError(fault).text)));
    }
  }

  /** @param {Plan} plan @param {typeof import('../../plan/index.js')} part */
  show(plan, { coverageOf, movablePlan }) {
    const { tr, scene } = this.context;
    const svg = movablePlan(plan, this.context);
    const sheet = h('div', { class: 'plan-sheet' });
    sheet.append(svg);
    const area = plan.spaces.reduce((sum, one) => sum + (one.area_m2 ?? 0), 0);
    const counts = tr.text('plan.counts', { spaces: plan.spaces.length, devices: plan.devices.length, area: tr.number(area, 0) });
    const level = tr.text('plan.level', { level: tr.fixed(plan.storey.elevation_m + scene.campus.origin[2], 2), cut: tr.fixed(plan.cut_m - plan.storey.elevation_m, 1) });
    fill(
      this.element,
      this.head(plan.storey.storey_id, plan),
      plan.walls.length || plan.spaces.length ? sheet : h('p', { class: 'empty' }, tr.text('plan.empty')),
      coverageOf(this.context, plan, svg),
      h('p', { class: 'plan-foot' }, h('span', {}, counts), h('span', {}, level), h('span', { class: 'plan-print-only' }, `${tr.title(scene.campus.name)} · ${tr.title(scene.campus.notice)}`)),
    );
    const { feature, cardState } = this.context.store.state;
    this.mark('selected', cardState === 'none' ? null : (feature?.idx ?? null));
    this.wire(svg);
  }

  /** @param {string} storeyId @param {Plan | null} plan */
  head(storeyId, plan) {
    const { tr, scene, actions } = this.context;
    const building = scene.buildings.find((one) => one.storeys.some((storey) => storey.storey_id === storeyId));
    const select = h(
      'select',
      { 'aria-label': tr.text('plan.storey') },
      ...[...(building?.storeys ?? [])].sort((a, b) => b.elevation_m - a.elevation_m).map((one) => h('option', { value: one.storey_id }, one.name || String(one.ordinal))),
    );
    select.value = storeyId;
    select.addEventListener('change', () => actions.openPlan(select.value));
    const isolate = () => {
      if (!building) return;
      actions.isolate(building.building_id, [storeyId]);
      actions.flyTo(building);
    };
    return h(
      'div',
      { class: 'panel-head plan-head' },
      h('h2', {}, buildingName(building, tr.language)),
      select,
      h('button', { type: 'button', class: 'button', disabled: !building, onclick: isolate }, icon('isolate'), tr.text('plan.isolate')),
      iconButton('print', tr.text('plan.print'), () => window.print(), { disabled: !plan, 'data-act': 'print' }),
      iconButton('close', tr.text('close'), () => this.close()),
    );
  }

  close() {
    this.shown = '';
    this.context.actions.openPlan(null);
  }

  /** @param {SVGSVGElement} svg */
  wire(svg) {
    const { store, actions } = this.context;
    const at = (/** @type {Event} */ event) => {
      const target = /** @type {Element} */ (event.target).closest('[data-idx]');
      return target ? Number(target.getAttribute('data-idx')) : null;
    };
    svg.addEventListener('pointerover', (event) => store.set({ hovered: at(event) }));
    svg.addEventListener('pointerleave', () => store.set({ hovered: null }));
    const choose = (/** @type {Event} */ event) => {
      const idx = at(event);
      if (idx !== null) actions.choose({ idx }, { fly: false });
    };
    svg.addEventListener('click', choose);
    svg.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      choose(event);
    });
  }

  /** @param {'selected' | 'hovered'} name @param {number | null} idx */
  mark(name, idx) {
    for (const one of this.element.querySelectorAll(`.${name}`)) one.classList.remove(name);
    if (idx !== null) for (const one of this.element.querySelectorAll(`[data-idx="${idx}"]`)) one.classList.add(name);
  }
}
