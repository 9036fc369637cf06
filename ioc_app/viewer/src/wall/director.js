/**
 * What stands on the wall now: an alarm before what a desk has sent, that before whoever stands at the wall, they before the carousel.
 * Pure: the clock and all that happened are passed in.
 */
import { Carousel } from './carousel.js';
import { Interrupts } from './interrupts.js';
import { News } from './news.js';
import { SentHere } from './sent.js';
import { Tour } from './tour.js';

/** @typedef {import('./interrupts.js').Limits & {min_level: import('./news.js').Level}} Breaks */
/** As ioc_app/walls.py tells it. @typedef {{size: [number, number] | null, grid: [number, number], fit: 'contain' | 'width' | 'height' | 'stretch', style: import('../engine/types').Theme | null, language: import('../engine/types').Language | null, carousel: import('./carousel.js').Turn[], pause_s: number, tour: boolean, tour_stay_s: number, second: string | null, interrupt: Breaks, memory_mb: number}} Settings */
/**
 * `key` tells one from another: what has the same is on the wall already.
 * @typedef {({kind: 'alarm', item: import('./news.js').Item, until: number} | {kind: 'flood', count: number} | {kind: 'sent', sent: import('./sent.js').Sent}
 *   | {kind: 'touched', until: number} | {kind: 'screen', screen: string | null, stop: import('./tour.js').Stop | null}) & {key: string}} OnWall
 */
/** @typedef {{calling: import('./news.js').Item[], campusNow: number, tooMany: boolean, screen: string | null, stopsOf: (screen: string) => readonly import('./tour.js').Stop[]}} Situation `screen`: what is shown now */

/** What comes in between, and after which what was there before is there again. @param {OnWall | null} one */
export const isBreak = (one) => one !== null && (one.kind === 'alarm' || one.kind === 'flood' || one.kind === 'sent');

export class Director {
  /** @param {Settings} settings @param {number} now ms @param {string | null} screen that is shown */
  constructor(settings, now, screen) {
    this.settings = settings;
    this.carousel = new Carousel(settings.carousel, now, screen);
    this.interrupts = new Interrupts(settings.interrupt);
    this.news = new News();
    this.sent = new SentHere();
    this.tour = new Tour();
    this.touchedUntil = -Infinity;
    this.wasFree = false;
  }

  /** The file of settings has changed. @param {Settings} settings @param {number} now ms @param {string | null} screen */
  configure(settings, now, screen) {
    if (JSON.stringify(settings) === JSON.stringify(this.settings)) return;
    this.settings = settings;
    this.carousel = new Carousel(settings.carousel, now, screen);
    this.interrupts.limits = settings.interrupt;
  }

  /** Somebody stands at the wall. @param {number} now ms */
  touched(now) {
    this.touchedUntil = now + this.settings.pause_s * 1000;
  }

  /** @param {number} now ms @param {Situation} situation @returns {OnWall} */
  tick(now, { calling, campusNow, tooMany, screen, stopsOf }) {
    this.interrupts.arrive(this.news.take(calling, campusNow), now);
    const breaking = this.interrupts.tick(now, new Set(calling.map(({ id }) => id)), tooMany);
    const sent = this.sent.tick(now);
    const touched = now < this.touchedUntil;
    const free = !breaking && !sent && !touched;
    const turn = this.carousel.tick(now, free && this.wasFree) ?? screen;
    this.tour.take(turn ?? '', this.settings.tour ? stopsOf(turn ?? '') : [], now);
    const stop = this.tour.tick(now, free && this.wasFree);
    this.wasFree = free;
    if (breaking) return { ...breaking, key: breaking.kind === 'alarm' ? breaking.item.id : 'flood' };
    if (sent) return { kind: 'sent', sent, key: `sent:${sent.sent_at}` };
    if (touched) return { kind: 'touched', until: this.touchedUntil, key: 'touched' };
    return { kind: 'screen', screen: this.carousel.turns.length ? turn : null, stop, key: `screen:${this.carousel.turns.length ? turn : ''}` };
  }
}
