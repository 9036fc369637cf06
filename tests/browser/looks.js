/**
 * What a person would see is wrong with a screen: `window.wrong({grid, legend, panels})` gives a line for each fault. Text is
 * measured as it is drawn, line by line, and cut by whatever clips it; what nobody sees is not looked at.
 */
(() => {
  const STATES = ['good', 'stale', 'waiting', 'empty', 'broken'];
  const REGIONS = '.head-name, .head-kpis, .head-end, .screen-side, #screen-tabs, #screen-time, #screen-ticker';
  const BOXES = '.screen-panel, .kpi, .panel-tile, .panel-stage, .screen-tab';
  // what floats over the campus: none over another
  const FLOATING = '.screen-legend, .campus-ui .compass, .campus-ui .readout, .campus-ui .column > *, .campus-ui .stale, .wall-why';
  // written for those who listen, or moved within a frame of its own
  const UNSEEN = '.unseen, dialog:not([open]), .digit-reel, option, style, script, noscript, title, desc, .layer-above';
  // signs, beside which stands in words what they say
  const SIGNS = '.level-sign, .compass';
  const LEAST_PX = 14;
  const SLACK_PX = 1.5;

  const short = (text) => text.trim().replace(/\s+/g, ' ').slice(0, 36);
  const named = (one) => {
    const at = one.closest('[id]');
    return `${at ? `#${at.id} ` : ''}${one.tagName.toLowerCase()}.${String(one.getAttribute('class') ?? '').replace(/ /g, '.')}`;
  };
  const cut = (one, by) => ({ left: Math.max(one.left, by.left), top: Math.max(one.top, by.top), right: Math.min(one.right, by.right), bottom: Math.min(one.bottom, by.bottom) });
  const isEmpty = ({ left, top, right, bottom }) => right - left < 1 || bottom - top < 1;
  const shared = (one, other) => {
    const both = cut(one, other);
    return Math.min(both.right - both.left, both.bottom - both.top);
  };

  /** From the element outwards, as long as it is inside what they clip. */
  function clippers(element) {
    const found = [];
    let position = getComputedStyle(element).position;
    for (let one = element; one && one !== document.documentElement; one = one.parentElement) {
      const style = getComputedStyle(one);
      const isOut = one !== element && position === 'absolute' && style.position === 'static' && style.transform === 'none';
      if (!isOut) {
        if (/(hidden|clip|auto|scroll)/.test(style.overflowX + style.overflowY) && !(style.display === 'inline')) found.push(one);
        if (one !== element || position !== 'absolute') position = style.position === 'static' ? position : style.position;
      }
      if (style.position === 'fixed') break;
    }
    return found;
  }

  /** How large it is drawn, with zoom and transforms. */
  function typePx(element) {
    const size = parseFloat(getComputedStyle(element).fontSize);
    if (element instanceof SVGElement) {
      const matrix = element.getScreenCTM?.();
      return matrix ? size * Math.hypot(matrix.a, matrix.b) : size;
    }
    return size * (element.currentCSSZoom ?? 1);
  }

  function isSeen(element) {
    if (element.closest(UNSEEN) || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const { fill, fillOpacity, color } = getComputedStyle(element);
    return element instanceof SVGElement ? fill !== 'none' && fillOpacity !== '0' : !/^rgba.*, 0\)$/.test(color);
  }

  /** Every text that is drawn: its lines whole, as they are seen, and by whom they are cut. */
  function texts(root) {
    const found = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!node.textContent.trim() || !element || !isSeen(element)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const around = clippers(element);
      const type = typePx(element);
      for (const rect of range.getClientRects()) {
        if (rect.width < 1 || rect.height < 1) continue;
        const middle = (rect.top + rect.bottom) / 2; // lines are higher than what is written in them
        const half = Math.min(rect.height, type * 0.74) / 2;
        const turned = element instanceof SVGElement && Math.abs(element.getScreenCTM()?.b ?? 0) > 0.1;
        const whole = turned ? rect : { left: rect.left, right: rect.right, top: middle - half, bottom: middle + half };
        const by = around.map((one) => ({ one, box: one.getBoundingClientRect() }));
        const seen = by.reduce((box, { box: other }) => cut(box, other), whole);
        if (isEmpty(seen)) {
          const across = by.find(({ box }) => box.width < 1 || box.height < 1);
          if (!across) found.push({ node, element, type, whole, seen: null, by });
          continue;
        }
        found.push({ node, element, type, whole, seen, by, text: short(node.textContent) });
      }
    }
    return found;
  }

  /** Cut on purpose: with three dots, and the whole in its title or its name. */
  function isShortened(element, by) {
    for (let one = element; one; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (style.textOverflow === 'ellipsis' && /hidden|clip/.test(style.overflowX))
        return [one, one.parentElement].some((near) => near?.title || near?.getAttribute('aria-label'));
      if (one === by) return false;
    }
    return false;
  }

  function cuts({ element, whole, by, text }) {
    const said = [];
    for (const { one, box } of by) {
      const { overflowX, overflowY } = getComputedStyle(one);
      const over = Math.max(box.left - whole.left, whole.right - box.right);
      const down = Math.max(box.top - whole.top, whole.bottom - box.bottom);
      if (over > SLACK_PX && overflowX !== 'visible' && !isShortened(element, one)) said.push(`cut across by ${over.toFixed(0)} px: "${text}" in ${named(one)}`);
      if (down > SLACK_PX && overflowY !== 'visible' && !/auto|scroll/.test(overflowY)) said.push(`cut down by ${down.toFixed(0)} px: "${text}" in ${named(one)}`);
    }
    return said;
  }

  /** Where it lies, something else is drawn over it. */
  function isBehind({ element, seen }) {
    const top = document.elementFromPoint((seen.left + seen.right) / 2, (seen.top + seen.bottom) / 2);
    if (!top || top === element || top.contains(element) || element.contains(top)) return false;
    const style = getComputedStyle(top);
    return style.position === 'sticky' || Boolean(top.closest('dialog[open]')) || getComputedStyle(top.closest('th') ?? top).position === 'sticky';
  }

  /** Pairs that lie over one another; sorted from left to right, so that each looks only at those near it. */
  function pairs(boxes, slack) {
    const found = [];
    const sorted = [...boxes].sort((one, other) => one.seen.left - other.seen.left);
    sorted.forEach((one, n) => {
      for (let m = n + 1; m < sorted.length && sorted[m].seen.left < one.seen.right - slack; m += 1) if (shared(one.seen, sorted[m].seen) > slack) found.push([one, sorted[m]]);
    });
    return found;
  }

  const boxesOf = (selector, root = document) => [...root.querySelectorAll(selector)].filter((one) => one.checkVisibility()).map((element) => ({ element, seen: element.getBoundingClientRect() })).filter(({ seen }) => !isEmpty(seen));

  function seams([columns, rows]) {
    const at = (length, count) => Array.from({ length: count - 1 }, (_, n) => ((n + 1) * length) / count);
    return { x: at(innerWidth, columns), y: at(innerHeight, rows) };
  }

  const isAcross = (box, { x, y }) => x.some((one) => box.left < one - 1 && box.right > one + 1) || y.some((one) => box.top < one - 1 && box.bottom > one + 1);

  function wrongPanel(panel) {
    const { state } = panel.dataset;
    const name = panel.id;
    if (!STATES.includes(state)) return [`${name} is in no state: ${state}`];
    if (!panel.querySelector('h2').textContent.trim()) return [`${name} has no title`];
    const body = panel.querySelector('.body');
    const words = body.querySelector('.words:not([hidden])')?.textContent.trim();
    if (['waiting', 'empty', 'broken'].includes(state)) return words ? [] : [`${name} is ${state} and does not say so`];
    const drawn = body.querySelector('.main-svg :is(.point, .trace, .slice, .scatterlayer path, .hm, image)') ?? body.querySelector('tbody td, .panel-tile, .panel-stage');
    const room = body.getBoundingClientRect();
    if (room.height < 40) return [`${name} has no room: ${room.height.toFixed(0)} px`];
    return drawn ? [] : [`${name} is blank`];
  }

  /** Labels of axes that plotly.js leaves out, since they would hang out of their chart. */
  function leftOut(root) {
    const unseen = [...root.querySelectorAll(':is(.xtick, .ytick) text')].filter((one) => getComputedStyle(one).display === 'none');
    return unseen.filter((one) => isSeen(one.closest('svg').parentElement)).map((one) => `left out: "${short(one.textContent)}"`);
  }

  window.wrong = ({ grid = [1, 1], legend = false, panels = null, root = document.body } = {}) => {
    const all = texts(root);
    const seen = all.filter((one) => one.seen);
    const least = Math.max(LEAST_PX, innerHeight / 90) - 0.05;
    const across = seams(grid);
    const said = leftOut(root);
    for (const one of seen) {
      const [size, where] = [one.type.toFixed(1), named(one.element)];
      if (one.type < least && !one.element.closest(SIGNS)) said.push(`small, ${size} px: "${one.text}" in ${where}`);
      if (isAcross(one.seen, across)) said.push(`across a seam: "${one.text}" in ${where}`);
      if (one.seen.left < -1 || one.seen.top < -1 || one.seen.right > innerWidth + 1 || one.seen.bottom > innerHeight + 1) said.push(`outside the window: "${one.text}" in ${where}`);
      said.push(...cuts(one));
    }
    for (const [one, other] of pairs(seen, SLACK_PX))
      if (one.node !== other.node && !isBehind(one) && !isBehind(other)) said.push(`over one another: "${one.text}" in ${named(one.element)} and "${other.text}" in ${named(other.element)}`);
    for (const [one, other] of [...pairs(boxesOf(REGIONS, root), 2), ...pairs(boxesOf(BOXES, root), 2), ...pairs(boxesOf(FLOATING, root), 2)])
      if (!one.element.contains(other.element) && !other.element.contains(one.element)) said.push(`boxes over one another: ${named(one.element)} and ${named(other.element)}`);
    for (const { element, seen: box } of boxesOf(BOXES, root)) if (isAcross(box, across)) said.push(`across a seam: ${named(element)}`);
    if (legend && !document.querySelector('.screen-legend:not([hidden]) :is(li, .ramp-bar)')) said.push('the map is coloured and has no legend');
    if (panels !== null) {
      const there = boxesOf('.screen-side > .screen-panel');
      if (there.length !== panels) said.push(`${there.length} of ${panels} panels are there`);
      said.push(...there.flatMap(({ element }) => wrongPanel(element)));
      for (const { element } of boxesOf('.kpi')) if (!STATES.includes(element.dataset.state)) said.push(`a number is in no state: ${element.dataset.state}`);
      if (!boxesOf('.kpi').length) said.push('there are no numbers');
    }
    return [...new Set(said)];
  };
})();
