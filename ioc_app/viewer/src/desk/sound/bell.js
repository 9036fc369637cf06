/**
 * The bell of the desk: sounds what must be heard, and says in the head of the desk what it does: on, muted until when, off,
 * or waiting for the click without which a browser lets nothing sound. Only who may act is called; a wall is silent.
 */
import { fill, h, icon } from '../../ui/dom.js';
import { recalledSound, rememberSound } from './kept.js';
import { isDue, isMuted, levelToSound, mutedNow } from './rules.js';
import { sound } from './tones.js';

/** @typedef {import('./rules.js').Strike} Strike */

const LOOK_MS = 500;
const GESTURES = ['pointerdown', 'keydown'];

/** @param {import('../../ui/context.js').Context} context */
export function bell({ store, tr }) {
  const state = recalledSound(Date.now());
  const button = h('button', { type: 'button', class: 'text-button bell', onclick: () => pressed() });
  const off = h('button', { type: 'button', class: 'link-button bell-off', onclick: () => set({ on: !state.on }) });
  const element = h('span', { class: 'bell-place' }, button, off);
  /** Made when it is first wanted. @type {AudioContext | null} */
  let player = null;
  /** @type {Strike | null} */
  let last = null;
  const wanted = () => store.state.me?.kind === 'person' && store.state.me.rights.includes('handle');
  const level = () => (state.on ? levelToSound(store.state.presentAlarms.values(), state.mute, Date.now()) : 0);
  /** @param {Partial<typeof state>} change */
  const set = (change) => {
    Object.assign(state, change);
    rememberSound(state);
    look();
  };
  const mute = () => set({ mute: level() || !isMuted(state.mute, Date.now()) ? mutedNow(store.state.presentAlarms.values(), Date.now()) : null });
  const pressed = () => {
    if (!state.on) set({ on: true });
    else if (player?.state === 'running') mute();
    void wake();
  };
  const wake = () => (player?.state === 'suspended' ? player.resume().then(look, () => {}) : undefined);
  const look = () => {
    element.hidden = !wanted();
    if (element.hidden) return;
    const audio = (player ??= new AudioContext());
    const now = Date.now();
    const sounds = level();
    show(sounds, now, audio.state);
    if (audio.state !== 'running' || !isDue(sounds, last, now)) {
      if (!sounds) last = null;
      return;
    }
    last = { level: sounds, at: now };
    sound(audio, sounds);
  };
  let shown = '';
  /** @param {number} sounds @param {number} now @param {string} playing */
  const show = (sounds, now, playing) => {
    const key = !state.on ? 'off' : playing !== 'running' ? 'waits' : sounds ? 'sounds' : isMuted(state.mute, now) ? 'muted' : 'on';
    const until = state.mute ? tr.time(state.mute.until) : '';
    if (shown === key + until) return;
    shown = key + until;
    button.dataset.state = key;
    button.title = tr.text(`bell.${key}.hint`);
    fill(button, icon(key === 'on' || key === 'sounds' ? 'bell' : 'bellOff'), tr.text(`bell.${key}`, { until }));
    off.textContent = tr.text('bell.switchOff');
    off.hidden = !state.on || key === 'waits';
  };
  const timer = window.setInterval(look, LOOK_MS);
  for (const one of GESTURES) window.addEventListener(one, wake, { capture: true });
  const stop = store.watch(['presentAlarms', 'me'], look);
  return {
    element,
    /** Whether something sounds now. */
    sounds: () => wanted() && player?.state === 'running' && level() > 0,
    mute,
    dispose() {
      clearInterval(timer);
      stop();
      for (const one of GESTURES) window.removeEventListener(one, wake, { capture: true });
      void player?.close();
    },
  };
}
