/** What a camera shows now, on its card: a picture every two seconds while somebody looks, or since when there is none. */
import { fill, h } from '../dom.js';

const REFRESH_MS = 2000;
const HLS = 'application/vnd.apple.mpegurl';

/** @typedef {import('../context.js').Context} Context */

/**
 * Nothing for those who may not look. The one picture that is shown is all that is held of it.
 * @param {Context} context
 * @param {string} deviceCode
 * @param {string} name
 * @returns {HTMLElement}
 */
export function cameraOf({ api, store, tr }, deviceCode, name) {
  const said = h('p', { class: 'quiet', role: 'status' });
  const picture = h('img', { alt: tr.text('camera.alt', { name }), hidden: true, onerror: () => say(tr.text('camera.broken')) });
  const stage = h('div', {}, picture);
  const element = h('figure', { class: 'camera', hidden: true }, stage, said);
  let url = '';

  const show = (/** @type {Blob | null} */ blob) => {
    URL.revokeObjectURL(url);
    url = blob ? URL.createObjectURL(blob) : '';
    picture.hidden = !blob;
    if (blob) picture.src = url;
    else picture.removeAttribute('src');
  };
  /** A picture of before is no picture. @param {string} text */
  const say = (text) => {
    show(null);
    fill(said, text);
  };
  const look = async () => {
    try {
      show(await api.picture(deviceCode));
      fill(said);
    } catch (fault) {
      say(tr.title(/** @type {any} */ (fault).text) || String(fault));
    }
  };

  /** @type {HTMLVideoElement | null} */
  let video = null;
  const endVideo = () => {
    video?.removeAttribute('src');
    video?.load(); // lets go of the connection
    video = null;
    fill(stage, picture);
  };
  const button = h('button', { type: 'button', class: 'button', hidden: true, onclick: () => (video ? endVideo() : play()) }, tr.text('camera.video'));
  const play = () => {
    say('');
    video = h('video', { src: api.videoUrl(deviceCode), 'aria-label': tr.text('camera.alt', { name }), controls: true, autoplay: true, playsinline: true, onerror: endVideo });
    video.muted = true; // or it may not begin by itself
    fill(stage, video);
  };
  element.append(button);

  const seen = () => element.isConnected && store.state.cardState !== 'none';
  /** @param {boolean} pictures */
  const keepLooking = async (pictures) => {
    if (!seen()) return void (show(null), endVideo());
    if (pictures && !video && document.visibilityState === 'visible') await look();
    setTimeout(keepLooking, REFRESH_MS, pictures);
  };
  const begin = async () => {
    if (!seen()) return;
    if (!store.state.me) return void setTimeout(begin, REFRESH_MS / 10); // who asks is not known yet
    if (!store.state.me.rights.includes('cameras')) return;
    element.hidden = false;
    try {
      const has = await api.camera(deviceCode);
      button.hidden = !(has.video && h('video').canPlayType(HLS));
      if (has.picture || has.video) void keepLooking(has.picture);
    } catch (fault) {
      const { code, text } = /** @type {any} */ (fault);
      say(code === 'camera_not_connected' ? tr.text('camera.none') : tr.title(text) || String(fault));
    }
  };
  setTimeout(begin);
  return element;
}
