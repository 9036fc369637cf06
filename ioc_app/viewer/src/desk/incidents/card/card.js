/** The card of an incident: everything that is known of it, and what can be done about it now. */
import { fill, h } from '../../../ui/dom.js';
import { STAGES } from '../../../live/incidents.js';
import { outcomeLine } from '../../alarms/outcome.js';
import { actForm, bodyOf, buttonsOf, isPlain, orderButtons, pathOf } from '../acts.js';
import { clocksOf, headOf, stepper } from './head.js';
import { sections } from './sections.js';

/** @typedef {import('../room.js').Room} Room */
/** @typedef {import('../shapes.js').Act} Act */
/** @typedef {import('../shapes.js').Incident} Incident */
/** @typedef {{act: (act: Act, order_id?: string) => void, tick: (item: string, on: boolean) => void}} Doing */

/** @param {Room} room @param {{leave: () => void, closed: () => void}} tell `closed`: with the focus in it */
export function incidentCard(room, { leave, closed }) {
  const { store, api, tr } = room.context;
  /** @type {Incident | null} */
  let shown = null;
  let wanted = '';
  let asked = 0;
  let tickClocks = () => {};
  let formFocus = () => {};
  const outcome = outcomeLine(room.context);
  const top = h('div', { class: 'incident-top' });
  const acts = h('div', { class: 'act-row', role: 'group', 'aria-label': tr.text('card.acts') });
  const form = h('div', { class: 'act-form', hidden: true });
  const parts = h('div', { class: 'incident-parts' });
  const scroll = h('div', { class: 'dock-scroll' }, h('div', { class: 'incident-more' }), parts);
  const more = /** @type {HTMLElement} */ (scroll.firstElementChild);
  const element = h('section', { class: 'desk-card incident-card', 'aria-label': tr.text('card.incidentTitle'), hidden: true }, top, acts, form, outcome.element, scroll);

  const draw = () => {
    const incident = shown;
    if (!incident) return;
    const focused = element.contains(document.activeElement) ? document.activeElement?.getAttribute('data-act') : null;
    const at = scroll.scrollTop;
    fill(top, ...headOf(room, incident, leave));
    const clocks = clocksOf(room, incident);
    tickClocks = clocks.tick;
    fill(more, stepper(room, incident), clocks.element);
    fill(acts, ...buttonsOf(incident.acts).map(({ act, key }) => h('button', { type: 'button', class: isForward(incident, act) ? 'button forward' : 'button', 'data-act': act.act, 'aria-keyshortcuts': key, onclick: () => begin(act) }, tr.title(act.title), key ? h('kbd', {}, key.toUpperCase()) : null)));
    acts.hidden = !acts.childElementCount;
    fill(parts, ...sections(room, incident, doing));
    scroll.scrollTop = at;
    if (focused) /** @type {HTMLElement | undefined} */ ([...element.querySelectorAll('[data-act]')].find((one) => one.getAttribute('data-act') === focused))?.focus();
  };

  /** What was answered is shown; an older answer is not. @param {Incident} incident */
  const take = (incident) => {
    if (incident.incident_id !== wanted || (shown?.incident_id === wanted && shown.revision > incident.revision)) return;
    shown = incident;
    draw();
  };

  /** The camera goes there once, not again when the language is changed. @param {Incident} incident */
  const arrive = ({ incident_id, place }) => {
    if (room.kept.flown !== incident_id) void room.fly(place);
    room.kept.flown = incident_id;
  };

  const ask = async (/** @type {string} */ id) => {
    asked += 1;
    const mine = asked;
    try {
      const answer = await api.get(`/incidents/${encodeURIComponent(id)}`);
      if (mine === asked) take(answer);
      return mine === asked ? answer : null;
    } catch (fault) {
      if (mine === asked) outcome.say({ kind: 'error', again: null, text: room.faultWords(fault) });
      return null;
    }
  };

  /** @param {Incident} incident @param {Act} act @param {Record<string, unknown>} said @param {string} [order_id] @returns {Promise<string>} what went wrong */
  const run = async (incident, act, said, order_id) => {
    try {
      take(await api.post(pathOf(incident, act, order_id), bodyOf(act, said)));
      outcome.say({ kind: 'info', again: null, text: tr.text('card.did', { act: tr.title(act.title) }) });
      return '';
    } catch (fault) {
      void ask(incident.incident_id); // what is possible may have changed under the one who acts
      return room.faultWords(fault);
    }
  };

  /** At once, or with a form that asks what has to be said. @param {Act} act @param {string} [order_id] */
  const begin = (act, order_id) => {
    const incident = shown;
    if (!incident) return;
    if (isPlain(act)) {
      void run(incident, act, {}, order_id).then((fault) => fault && outcome.say({ kind: 'error', again: null, text: fault }));
      return;
    }
    const send = async (/** @type {Record<string, unknown>} */ said) => {
      const fault = await run(incident, act, said, order_id);
      if (!fault) endForm();
      return fault;
    };
    const made = actForm(room, incident, act, { send, leave: endForm });
    fill(form, made.element);
    form.hidden = false;
    formFocus = made.focus;
    formFocus();
  };

  const endForm = () => {
    const had = form.contains(document.activeElement);
    fill(form);
    form.hidden = true;
    if (had) focus();
  };

  /** @type {Doing} */
  const doing = {
    act: begin,
    tick(item, on) {
      const act = shown?.acts.find((one) => one.act === (on ? 'tick' : 'untick'));
      if (shown && act) void run(shown, act, { item }).then((fault) => {
        if (fault) outcome.say({ kind: 'error', again: null, text: fault });
        draw();
      });
    },
  };

  const focus = () => /** @type {HTMLElement | null} */ (element.querySelector('h2'))?.focus();

  /** @param {string} key @returns {boolean} whether an act has it */
  const key = (key) => {
    if (!shown || element.hidden) return false;
    if (!form.hidden) {
      formFocus(); // what is half written there is not thrown away
      return true;
    }
    const own = buttonsOf(shown.acts).find((one) => one.key === key);
    const ofOrder = orderButtons(shown).find((one) => one.key === key);
    if (key === 'f') void room.fly(shown.place);
    else if (own) begin(own.act);
    else if (ofOrder) begin(ofOrder.act, ofOrder.order.order_id);
    else return false;
    return true;
  };

  const stop = store.watch(['deskOpen', 'deskForm', 'incidents', 'me'], ({ deskOpen, deskForm, incidents }) => {
    const id = deskOpen?.startsWith('incident:') ? deskOpen.slice(9) : '';
    const focused = element.contains(document.activeElement);
    element.hidden = !id || deskForm === 'report';
    if (id !== wanted) {
      wanted = id;
      shown = null;
      endForm();
      outcome.say(null);
      for (const one of [top, acts, more, parts]) fill(one);
      if (id) {
        fill(top, h('div', { class: 'skeleton', 'aria-hidden': 'true' }, h('div', {}), h('div', {}), h('div', {})));
        void ask(id).then((incident) => incident && arrive(incident));
      } else {
        room.kept.flown = '';
        if (focused) closed();
      }
    } else if (id && shown && (incidents.get(id)?.revision ?? 0) > shown.revision) void ask(id);
  });
  return {
    element,
    key,
    focus,
    tick: () => tickClocks(),
    dispose: () => {
      stop();
      outcome.dispose();
    },
  };
}

/** Whether it is a step on, and not the end of what was none. @param {Incident} incident @param {Act} act */
const isForward = ({ stage }, { act, to }) => act !== 'dismiss' && STAGES.findIndex((one) => one === to) > STAGES.indexOf(stage);
