/**
 * Photos: chosen or taken, checked, made smaller where they are too large, sent while the form is still being filled in; and the
 * pictures of an incident with one of them large.
 */
import { fill, h, icon, iconButton } from '../../ui/dom.js';
import { csrfToken } from '../../ui/api.js';
import { wholeTime } from '../words.js';

/** @typedef {import('./room.js').Room} Room */
/** @typedef {{file: File, url: string, state: 'sending' | 'sent' | 'failed', part: number, photo_id: string, fault: string}} Picture */

export const LARGEST_BYTES = 5_000_000;
const TYPES = ['image/jpeg', 'image/png', 'image/webp'];
/** A photo that is too large is made so large, pixels along its longer side. */
const SMALLER_PX = 2560;
const QUALITY = 0.85;

/** @param {{type: string, size: number}} file @returns {'ok' | 'type' | 'size'} what is wrong with it */
export function fitness({ type, size }) {
  if (!TYPES.includes(type)) return 'type';
  return size > LARGEST_BYTES ? 'size' : 'ok';
}

/** @param {Room} room */
export function photoPicker(room) {
  const { tr } = room.context;
  /** @type {Picture[]} */
  const pictures = [];
  const list = h('ul', { class: 'photo-list' });
  const fault = h('p', { class: 'form-fault', role: 'alert' });
  const chooser = (/** @type {string} */ label, /** @type {string} */ name, /** @type {Record<string, unknown>} */ more) => {
    const input = h('input', { type: 'file', accept: 'image/*', class: 'unseen', tabindex: '-1', 'aria-hidden': 'true', ...more, onchange: () => void add([...(input.files ?? [])]).then(() => (input.value = '')) });
    return [input, h('button', { type: 'button', class: 'button', onclick: () => input.click() }, icon(name), label)];
  };
  const phone = window.matchMedia('(pointer: coarse)').matches;
  const element = h('div', { class: 'photos' }, h('div', { class: 'button-row' }, ...chooser(tr.text('photo.choose'), 'plus', { multiple: true }), ...(phone ? chooser(tr.text('photo.take'), 'camera', { capture: 'environment' }) : [])), list, fault);

  /** @param {File[]} files */
  const add = async (files) => {
    fault.textContent = '';
    for (const chosen of files) {
      const file = fitness(chosen) === 'size' ? await smaller(chosen) : chosen;
      const wrong = fitness(file);
      if (wrong !== 'ok') {
        fault.textContent = tr.text(`photo.${wrong}`, { name: chosen.name.slice(0, 60), megabytes: LARGEST_BYTES / 1e6 });
        continue;
      }
      const one = /** @type {Picture} */ ({ file, url: URL.createObjectURL(file), state: 'sending', part: 0, photo_id: '', fault: '' });
      pictures.push(one);
      void send(one);
    }
  };

  /** @param {Picture} one */
  const send = async (one) => {
    Object.assign(one, { state: 'sending', part: 0, fault: '' });
    draw();
    try {
      const { photo_id } = await upload(room, one.file, (part) => {
        one.part = part;
        draw();
      });
      Object.assign(one, { state: 'sent', photo_id });
    } catch (failed) {
      Object.assign(one, { state: 'failed', fault: room.faultWords(failed) });
    }
    draw();
  };

  const remove = (/** @type {Picture} */ one) => {
    URL.revokeObjectURL(one.url);
    pictures.splice(pictures.indexOf(one), 1);
    draw();
  };
  const draw = () => fill(list, ...pictures.map((one) => thumbnail(room, one, () => remove(one), () => void send(one))));
  return {
    element,
    /** Ids of those that arrived. */
    ids: () => pictures.flatMap((one) => (one.state === 'sent' ? [one.photo_id] : [])),
    /** Whether the form must wait, or somebody must decide about one that failed. */
    waits: () => (pictures.some((one) => one.state === 'sending') ? 'photo.waits' : pictures.some((one) => one.state === 'failed') ? 'photo.failed' : ''),
    clear: () => [...pictures].forEach(remove),
  };
}

/** @param {Room} room @param {Picture} one @param {() => void} remove @param {() => void} again */
function thumbnail({ context: { tr } }, one, remove, again) {
  return h(
    'li',
    { 'data-state': one.state },
    h('img', { src: one.url, alt: one.file.name.slice(0, 80) }),
    one.state === 'sending' ? h('progress', { max: '1', value: one.part, 'aria-label': tr.text('photo.sending') }) : null,
    one.state === 'sent' ? h('span', { class: 'photo-sent' }, tr.text('photo.sent')) : null,
    one.state === 'failed' ? h('span', { class: 'form-fault', role: 'alert' }, one.fault, h('button', { type: 'button', class: 'link-button', onclick: again }, tr.text('photo.again'))) : null,
    iconButton('trash', tr.text('photo.remove'), remove, { class: 'small' }),
  );
}

/** With progress, which `fetch` does not tell. @param {Room} room @param {File} file @param {(part: number) => void} progress @returns {Promise<{photo_id: string}>} */
function upload({ context: { api, tr } }, file, progress) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open('POST', `${api.url}/photos`);
    request.responseType = 'json';
    request.setRequestHeader('Content-Type', file.type);
    request.setRequestHeader('X-CSRFToken', csrfToken());
    request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0);
    request.onload = () => (request.status === 201 ? done(request.response) : failed(request.response ?? tr.text('photo.unreachable')));
    request.onerror = () => failed(tr.text('photo.unreachable'));
    request.send(file);
  });
}

/** Redrawn smaller as JPEG; where that cannot be, as it is. @param {File} file */
async function smaller(file) {
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, SMALLER_PX / Math.max(bitmap.width, bitmap.height));
    const canvas = new OffscreenCanvas(Math.round(bitmap.width * scale), Math.round(bitmap.height * scale));
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY });
    return new File([blob], file.name, { type: 'image/jpeg' });
  } catch {
    return file;
  }
}

/** The pictures of an incident; one of them large over everything. @param {Room} room @param {import('./shapes.js').Photo[]} photos */
export function gallery(room, photos) {
  const { api, tr } = room.context;
  const srcOf = (/** @type {import('./shapes.js').Photo} */ one) => `${api.url}/photos/${encodeURIComponent(one.photo_id)}`;
  const captionOf = (/** @type {import('./shapes.js').Photo} */ one) => `${wholeTime(tr, one.at)} · ${room.nameOf(one.by)}`;
  const large = (/** @type {number} */ at) => {
    let n = at;
    const image = h('img', { alt: '' });
    const caption = h('p', {});
    const turn = (/** @type {number} */ step) => {
      n = (n + step + photos.length) % photos.length;
      image.src = srcOf(photos[n]);
      image.alt = caption.textContent = `${n + 1} / ${photos.length} · ${captionOf(photos[n])}`;
    };
    const step = { ArrowLeft: -1, ArrowRight: 1 };
    const onkeydown = (/** @type {KeyboardEvent} */ event) => {
      event.stopPropagation();
      if (event.key in step) turn(step[/** @type {keyof typeof step} */ (event.key)]);
    };
    const dialog = h('dialog', { class: 'sheet lightbox', 'data-own-keys': true, 'aria-label': tr.text('photo.large'), onkeydown, onclose: () => dialog.remove() }, image, h('div', { class: 'lightbox-foot' }, caption, photos.length > 1 ? iconButton('chevron', tr.text('photo.next'), () => turn(1)) : null, iconButton('close', tr.text('close'), () => dialog.close())));
    turn(0);
    element.append(dialog);
    dialog.showModal();
  };
  const element = h('div', { class: 'gallery' }, ...photos.map((one, n) => h('button', { type: 'button', class: 'gallery-one', 'aria-label': `${tr.text('photo.open')} · ${captionOf(one)}`, onclick: () => large(n) }, h('img', { src: srcOf(one), alt: '', loading: 'lazy' }))));
  return element;
}
