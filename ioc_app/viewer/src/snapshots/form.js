/** Asks for a snapshot of what is shown, and waits until it is there. */
import { asApiError } from '../ui/actions.js';
import { fill, h, icon } from '../ui/dom.js';
import { fileLink } from './list.js';

/** @typedef {import('../ui/context.js').Context} Context */
/** @typedef {'html' | 'png' | 'pdf' | 'glb' | 'zip'} Form */

const FORMS = /** @type {const} */ (['html', 'png', 'pdf', 'glb', 'zip']);
/** Of a page: so many minutes before the moment are in it. */
const MINUTES = [0, 60, 360, 1440];
const LOOK_MS = 1500;

/**
 * What is asked for: the screen, moment, view and layers that are shown.
 * @param {Context} context @param {{form: Form, minutes: number, exactly: string}} said
 */
export function askedOf({ engine, scene, store, tr }, { form, minutes, exactly }) {
  const { mode, screen, at, known, theme } = store.state;
  const { position, target, plan, height_m } = engine.getView();
  const numbers = [...position, ...target].map((one) => Math.round(one * 100) / 100);
  const states = engine.layerState();
  const shown = scene.layers.filter(({ id, underground }) => states[id]?.visible && (exactly || !underground)).map(({ id }) => id);
  const onScreen = mode === 'screen' && screen;
  return {
    form,
    language: tr.language,
    style: theme,
    view: [...numbers, ...(plan ? [`p${Math.round(height_m ?? 0)}`] : [])].join(','),
    screens: onScreen ? [screen] : [],
    // a page has the switches of layers in it, a screen says itself what it shows
    ...(form === 'html' || onScreen || !shown.length ? {} : { layers: shown }),
    ...(at === null ? {} : { at: new Date(at).toISOString() }),
    ...(at === null || known === null ? {} : { known_seq: known }),
    ...(form === 'html' && minutes ? { minutes } : {}),
    ...(exactly ? { exactly } : {}),
  };
}

/** @param {Context} context @param {() => void} made @returns {import('../ui/context.js').Panel} */
export function form(context, made) {
  const { tr, store, api } = context;
  const said = h('div', { class: 'snapshot-said', role: 'status' });
  const option = (/** @type {string | number} */ value, /** @type {string} */ words) => h('option', { value }, words);
  const forms = h('select', { name: 'form' }, ...FORMS.map((one) => option(one, tr.text(`snapshots.form.${one}`))));
  const minutes = h('select', { name: 'minutes' }, ...MINUTES.map((one) => option(one, one ? tr.text('snapshots.hours', { count: one / 60 }) : tr.text('snapshots.moment'))));
  const replay = h('label', { class: 'field' }, h('span', {}, tr.text('snapshots.replay')), minutes);
  const why = h('input', { type: 'text', name: 'exactly', minlength: 3, maxlength: 200, placeholder: tr.text('snapshots.why') });
  const underground = store.state.me?.rights.includes('underground') ? h('label', { class: 'field' }, h('span', {}, tr.text('snapshots.exactly')), why) : null;
  const hint = h('p', { class: 'hint' });
  const button = h('button', { type: 'submit', class: 'button primary' }, tr.text('snapshots.make'));
  const explain = () => {
    replay.hidden = forms.value !== 'html';
    hint.textContent = tr.text(`snapshots.hint.${forms.value}`);
  };
  forms.addEventListener('change', explain);
  explain();
  let gone = false;
  const make = async () => {
    button.disabled = true;
    fill(said, h('p', { class: 'empty' }, tr.text('snapshots.making')));
    try {
      const asked = askedOf(context, { form: /** @type {Form} */ (forms.value), minutes: Number(minutes.value), exactly: why.value.trim() });
      const done = await finished(api, await api.post('/snapshots', asked), () => gone);
      if (!gone && done) fill(said, h('p', {}, tr.text('snapshots.made')), fileLink(context, done));
      made();
    } catch (fault) {
      fill(said, h('p', { class: 'error', role: 'alert' }, icon('warning'), tr.title(asApiError(fault).text)));
    }
    button.disabled = false;
  };
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    void make();
  };
  const element = h('form', { class: 'snapshot-form', 'data-own-keys': '', onsubmit: submit }, h('label', { class: 'field' }, h('span', {}, tr.text('snapshots.form')), forms), replay, underground, hint, button, said);
  return { element, dispose: () => (gone = true) };
}

/** @param {import('../ui/api.js').Api} api @param {any} job @param {() => boolean} gone @returns {Promise<import('./list.js').Kept | null>} null: nobody waits any more */
async function finished(api, job, gone) {
  let told = job;
  while (told.state === 'waiting' && !gone()) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    told = await api.get(`/snapshots/jobs/${encodeURIComponent(job.job_id)}`);
  }
  if (told.state === 'failed') throw told.fault;
  return told.snapshot;
}
