/** What the file is, along its lower edge, in every picture that somebody takes of it. */
import { fill, h } from '../ui/dom.js';
import { Translator } from '../ui/i18n.js';

/**
 * @param {HTMLElement} root
 * @param {import('../ui/store.js').Store} store
 * @param {import('./record.js').About} about
 */
export function label(root, store, about) {
  const element = h('aside', { class: 'snapshot-label' });
  root.append(element);
  store.watch(['language'], ({ language }) => {
    const tr = new Translator(language);
    const { generation, known_seq, made_by, withheld } = about;
    const parts = [
      tr.text('snapshot.is', { campus: tr.title(about.campus) }),
      about.from === about.to ? tr.text('snapshot.at', { at: tr.moment(about.to) }) : tr.text('snapshot.span', { from: tr.moment(about.from), to: tr.moment(about.to) }),
      withheld.length ? tr.text('snapshot.withheld', { layers: withheld.map((one) => tr.title(one)).join(tr.language === 'zh' ? '、' : ', ') }) : '',
      about.cards_left_out ? tr.text('snapshot.leftOut', { count: tr.number(about.cards_left_out, 0) }) : '',
      tr.text('snapshot.of', { generation, seq: known_seq }),
      tr.text('snapshot.by', { who: made_by, at: tr.moment(about.made_at) }),
    ];
    fill(element, ...parts.filter(Boolean).map((one) => h('span', {}, one)));
    element.title = parts.filter(Boolean).join(' · ');
  });
}
