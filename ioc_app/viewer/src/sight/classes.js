/** The classes of pixel density: a word and a colour each. */

/** @typedef {import('../ui/i18n.js').Translator} Translator */
/** @typedef {import('./shapes.js').DensityClass} DensityClass */

/** From the most pixels to the least; viridis, which everyone can read and which has no colour of an alarm. */
const COLOURS = ['#fde725', '#5ec962', '#21918c', '#3b528b'];
/** Of what is seen with fewer pixels than any class wants. */
export const BELOW = '#6b4f7d';

/** @param {number} place from the most pixels on */
export const colourOf = (place) => COLOURS[place] ?? BELOW;

/** What the picture is good for there; `null`: for less than any class. @param {Translator} tr @param {string | null} id @param {DensityClass[]} classes */
export function className(tr, id, classes) {
  if (id === null) return tr.text('sightClass.below');
  const key = `sightClass.${id}`;
  return tr.has(key) ? tr.text(key) : tr.title(classes.find((one) => one.id === id)?.title);
}
