/** What is selected on the map is the place that everything is asked about, and the other way round. */

import { fullName, keyOf } from '../names.js';

/** @typedef {import('./screens.js').Viewer} Viewer */

/** Layers whose features are places by themselves; a wall or a pipe stands for what it is in. */
const PLACES = ['buildings', 'storeys', 'spaces', 'zones', 'devices'];

/** @param {import('../ui/api.js').Feature} feature @returns {string | null} feature_id */
export function placeOf({ feature_id, layer_id, building_id }) {
  return PLACES.includes(layer_id) ? feature_id : building_id;
}

/** @param {Viewer} viewer @param {(words: string) => void} say what the place is called; empty: the whole campus @returns {() => void} stop */
export function followPlace(viewer, say) {
  const { store } = viewer;
  /** Chosen by the map, and so shown already. */
  let own = store.state.place;
  let opened = false;
  const fromMap = store.watch(['cardState', 'feature'], ({ cardState, feature }) => {
    if (!opened || cardState === 'loading' || (cardState === 'none' && store.state.place === null)) return;
    if (cardState === 'none' && own === null) return; // chosen elsewhere, and without a place on the map
    own = cardState === 'shown' && feature ? placeOf(feature) : null;
    store.set({ place: own });
  });
  opened = true; // a place that the address says needs no selection
  const toMap = store.watch(['place', 'language'], ({ place }) => {
    if (!place) {
      say('');
      if (own !== null) viewer.context?.actions.closeCard();
      own = null;
      return;
    }
    viewer.api.feature(place).then(
      (one) => store.state.place === place && say(fullName([one.number, one.name, one.long_name]) || keyOf(place)),
      () => store.state.place === place && say(keyOf(place)),
    );
    if (place === own) return;
    own = place;
    void viewer.context?.actions.chooseById(place).catch(() => {}); // a place without a feature is a place all the same
  });
  return () => {
    fromMap();
    toMap();
  };
}
