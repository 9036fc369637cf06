/** The keys of the duty desk, for the help tool. */
import { ACT_KEYS, ORDER_KEYS } from './incidents/acts.js';

/** Which acts share a key is no matter here: each has its row. @type {import('../ui/tools/help.js').HelpRow[]} */
const ACTS = Object.entries(ACT_KEYS).map(([act, key]) => [[key], `helpAct.${act}`]);

/** @type {readonly import('../ui/tools/help.js').HelpSection[]} */
export const DESK_HELP = [
  {
    place: 'desk',
    rows: [
      [['a'], 'help.desk.alarms'],
      [['i'], 'help.desk.incidents'],
      [['d'], 'help.desk.handover'],
      [['n'], 'help.desk.report'],
    ],
  },
  {
    place: 'alarms',
    rows: [
      [['j', 'k', 'ArrowUp', 'ArrowDown'], 'help.desk.move'],
      [['PageUp', 'PageDown', 'Home', 'End'], 'help.desk.far'],
      [['Enter'], 'help.desk.open'],
      [['q', ' '], 'help.desk.acknowledge'],
      [['s'], 'help.desk.shelve'],
      [['g'], 'help.desk.assign'],
      [['c'], 'help.desk.comment'],
      [['Shift+ArrowUp', 'Shift+ArrowDown'], 'help.desk.extend'],
      [['x', 'Ctrl+a'], 'help.desk.select'],
      [['u'], 'help.desk.undo'],
      [['m'], 'help.desk.mute'],
    ],
  },
  {
    place: 'incidents',
    rows: [
      [['j', 'k', 'ArrowUp', 'ArrowDown'], 'help.desk.move'],
      [['PageUp', 'PageDown', 'Home', 'End'], 'help.desk.far'],
      [['Enter'], 'help.desk.open'],
      [['y'], 'help.desk.turn'],
      [['/'], 'help.desk.find'],
    ],
  },
  { place: 'board', rows: [[['ArrowLeft', 'ArrowRight'], 'help.desk.aside']] },
  { place: 'card', rows: [[['f'], 'help.desk.fly'], ...ACTS, [Object.values(ORDER_KEYS), 'help.desk.orders']] },
  {
    place: 'screen',
    rows: [
      [['Alt+1', 'Alt+9'], 'help.screen.theme'],
      [['?'], 'help.screen.keys'],
    ],
  },
  {
    place: 'time',
    rows: [
      [['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'], 'help.time.move'],
      [['PageUp', 'PageDown'], 'help.time.far'],
      [[' '], 'help.time.play'],
      [[',', '.'], 'help.time.step'],
      [['[', ']'], 'help.time.incident'],
      [['Home'], 'help.time.now'],
    ],
  },
  { place: 'form', rows: [[['Ctrl+Enter'], 'help.desk.send'], [['Escape'], 'help.desk.leave']] },
];
