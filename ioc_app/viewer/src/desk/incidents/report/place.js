/** Where it is, for a report: the next click on the map, or what was searched for. A pin says what was chosen. */
import { debounce, fill, h, icon } from '../../../ui/dom.js';
import { fullName, keyOf } from '../../../names.js';
import { plainText } from '../../../engine/text.js';

/** @typedef {import('../room.js').Room} Room */
/** @typedef {NonNullable<import('./draft.js').Draft['place']>} Place */

const CLICK_SLOP_PX = 6;
const QUIET_MS = 200;
const MOST_FOUND = 6;

/** A thing as a place: a device by its code, a room by its id, anything else by where it was clicked. @param {import('../../../ui/api.js').Entry & Record<string, any>} feature @param {import('../../../engine/types').Vec3 | null} at @returns {Place} */
export function placeOfFeature(feature, at) {
  const { feature_id, building_id = null, storey_id = null, layer_id, label, name, position, device_code, device_type } = feature;
  return {
    feature_id,
    device: device_code ?? null,
    device_type: device_type ?? null,
    space_id: layer_id === 'spaces' ? feature_id : (feature.space_id ?? null),
    building_id: building_id ?? null,
    storey_id: storey_id ?? null,
    scene: at ?? position ?? null,
    words: fullName([label, name]) || keyOf(feature_id),
  };
}

/** @param {Room} room @param {() => Place | null} now @param {(place: Place | null) => void} choose */
export function placeField(room, now, choose) {
  const { tr, engine, api, scene } = room.context;
  const { canvas } = engine;
  const pin = h('div', { class: 'place-pin', hidden: true, 'aria-hidden': 'true' }, icon('fly'));
  const said = h('p', { class: 'place-said', role: 'status' });
  const clear = h('button', { type: 'button', class: 'link-button', onclick: () => take(null) }, tr.text('report.placeClear'));
  const pick = h('button', { type: 'button', class: 'button', 'aria-pressed': 'false', onclick: () => picking(pick.getAttribute('aria-pressed') !== 'true') }, icon('fly'), tr.text('report.pick'));
  const found = h('ul', { class: 'place-found' });
  const search = h('input', { type: 'search', class: 'filter', placeholder: tr.text('report.search'), 'aria-label': tr.text('report.search'), oninput: () => look() });
  const element = h('div', { class: 'field place-field' }, h('span', {}, tr.text('report.place')), h('div', { class: 'place-row' }, pick, search), found, said, clear);
  canvas.parentElement?.append(pin);
  let active = false;
  let asked = 0;
  /** @type {{x: number, y: number} | null} */
  let down = null;

  /** @param {boolean} on */
  const picking = (on) => {
    active = on;
    pick.setAttribute('aria-pressed', String(on));
    canvas.classList.toggle('picking', on);
    show();
  };

  /** @param {Place | null} place */
  const take = (place) => {
    asked += 1;
    choose(place);
    picking(false);
  };

  const onDown = (/** @type {PointerEvent} */ event) => (down = { x: event.clientX, y: event.clientY });
  const onClick = (/** @type {MouseEvent} */ event) => {
    if (!active || !down || Math.hypot(event.clientX - down.x, event.clientY - down.y) > CLICK_SLOP_PX) return;
    const box = canvas.getBoundingClientRect();
    const hit = engine.pick(((event.clientX - box.left) * canvas.clientWidth) / box.width, ((event.clientY - box.top) * canvas.clientHeight) / box.height);
    if (hit) void clicked(hit);
    else said.textContent = tr.text('report.sky');
  };

  /** @param {import('../../../engine/types').Hit} hit */
  const clicked = async ({ idx, position, layerId }) => {
    take({ scene: position, words: '' });
    const kind = scene.layers.find(({ id }) => id === layerId)?.kind;
    if (idx === null || kind === 'terrain') return;
    const mine = asked;
    const feature = await api.featureByIdx(idx).catch(() => null);
    if (feature && mine === asked) take(placeOfFeature(feature, position));
  };

  const look = debounce(async () => {
    const question = search.value.trim();
    const mine = ++asked;
    const some = question ? await api.search(question, new AbortController().signal).catch(() => []) : [];
    if (mine !== asked) return;
    fill(found, ...some.slice(0, MOST_FOUND).map((one) => h('li', {}, h('button', { type: 'button', class: 'link-button', onclick: () => void chosen(one) }, plainText(fullName([one.label, one.name]) || keyOf(one.feature_id)), h('span', { class: 'line-aside' }, plainText([one.building, one.storey].filter(Boolean).join(' · ')))))));
  }, QUIET_MS);

  /** @param {import('../../../ui/api.js').Entry} entry */
  const chosen = async (entry) => {
    fill(found);
    search.value = '';
    room.context.actions.choose(entry);
    take(placeOfFeature(await api.feature(entry.feature_id).catch(() => entry), null));
  };

  const show = () => {
    const place = now();
    const words = place ? [place.words, room.whereOf(place)].filter(Boolean).map((one) => plainText(one, 80)) : [];
    said.textContent = active ? tr.text('report.picking') : place ? tr.text('report.placed', { place: [...new Set(words)].join(' · ') || tr.text('report.ground') }) : tr.text('report.unplaced');
    clear.hidden = !place;
    follow();
  };

  const follow = () => {
    const at = now()?.scene;
    const on = at ? engine.project(at) : null;
    pin.hidden = !on || !element.isConnected;
    if (on) Object.assign(pin.style, { left: `${on.x}px`, top: `${on.y}px` });
  };
  canvas.addEventListener('pointerdown', onDown);
  canvas.addEventListener('click', onClick);
  const stop = engine.on('frame', follow);
  return {
    element,
    show,
    /** The map is as it was. */
    leave() {
      picking(false);
      pin.hidden = true;
    },
    dispose() {
      stop();
      look.cancel();
      canvas.classList.remove('picking');
      canvas.removeEventListener('pointerdown', onDown);
      canvas.removeEventListener('click', onClick);
      pin.remove();
    },
  };
}
