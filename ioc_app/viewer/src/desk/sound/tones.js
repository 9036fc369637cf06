/** The tones of the levels, made in code: nothing is fetched. The graver, the higher, the faster and the more notes. */

/** Hz and seconds, one after the other; by level from 1. @type {readonly {notes: readonly number[], note_s: number, loud: number}[]} */
const TONES = [
  { notes: [523], note_s: 0.25, loud: 0.18 },
  { notes: [659, 523], note_s: 0.2, loud: 0.24 },
  { notes: [784, 659, 784], note_s: 0.18, loud: 0.3 },
  { notes: [988, 740, 988, 740, 988, 740], note_s: 0.16, loud: 0.36 },
];
/** A note that begins or ends at once clicks. */
const SOFT_S = 0.02;

/** @param {AudioContext} audio running @param {number} level 1 to 4 */
export function sound(audio, level) {
  const { notes, note_s, loud } = TONES[level - 1];
  notes.forEach((hz, n) => {
    const start = audio.currentTime + n * note_s;
    const end = start + note_s * 0.9;
    const voice = new OscillatorNode(audio, { type: 'triangle', frequency: hz });
    const gain = new GainNode(audio, { gain: 0 });
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(loud, start + SOFT_S);
    gain.gain.setValueAtTime(loud, end - SOFT_S);
    gain.gain.linearRampToValueAtTime(0, end);
    voice.connect(gain).connect(audio.destination);
    voice.start(start);
    voice.stop(end);
  });
}
