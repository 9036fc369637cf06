// The engine's public shapes. Lengths are metres; positions are scene axes (grid east, north, height minus the origin);
// angles are radians; colours are 0..255. `idx` is the generation-wide feature number of docs/interfaces.md.

export type Vec3 = [number, number, number];
/** xmin, ymin, zmin, xmax, ymax, zmax in scene axes. */
export type Bbox = [number, number, number, number, number, number];
export type Title = { zh: string; en: string };
/** A colour style: a file of assets/styles. */
export type Theme = 'dark' | 'light' | 'blue' | 'red_gold';
export type Language = 'zh' | 'en';

export type LayerKind = 'terrain' | 'surface' | 'volume' | 'element' | 'pipe' | 'marker' | 'zone' | 'table';

export interface SceneColumn { name: string; title: Title; type: string; unit: string; category: boolean }

export interface SceneLayer {
  id: string;
  title: Title;
  kind: LayerKind;
  colour: string;
  colour_column: string | null;
  colours: Record<string, string>;
  class_titles: Record<string, Title>;
  underground: boolean;
  visible: boolean;
  opacity?: number;
  features: number;
  triangles: number;
  bbox: Bbox | null;
  columns: SceneColumn[];
  markers: string | null;
  provenance?: Provenance | null;
}

/** Of a layer that somebody computed and wrote back. */
export interface Provenance {
  version: number;
  made_at: string;
  made_by: string;
  method: string;
  generation: number;
  inputs: string[];
}

export interface SceneStorey {
  storey_id: string;
  name: string;
  elevation_m: number;
  height_m: number;
  ordinal: number;
  number: number;
}

export interface SceneBuilding {
  building_id: string;
  name: string | null;
  name_en: string | null;
  code: string | null;
  bbox: Bbox;
  storeys: SceneStorey[];
}

/** `matrix`: column-major 4×4, the set's own coordinates to the scene's. */
export interface TilesetOptions { id?: string; matrix?: number[]; visible?: boolean; opacity?: number }
export interface SceneTileset extends Required<TilesetOptions> { title: Title; url: string; bbox: Bbox }

/** scene.json. */
export interface Scene {
  schema_version: number;
  campus: { name: Title; crs: string; vertical_datum: string; origin: Vec3; notice: Title | null };
  generation: number;
  tileset: string;
  bbox: Bbox;
  features: number;
  layers: SceneLayer[];
  buildings: SceneBuilding[];
  orthophotos: { url: string; name?: string; bbox: [number, number, number, number] }[];
  tilesets: SceneTileset[];
}

/** Where the camera is and what it looks at; `plan` is the orthographic view from above. */
export interface View { position: Vec3; target: Vec3; plan?: boolean; height_m?: number }
export type ViewRequest = Partial<View> | { bbox: Bbox };

export interface Hit {
  /** null for what carries no feature (an attached tileset). */
  idx: number | null;
  position: Vec3;
  /** Empty for an attached tileset. */
  layerId: string;
  /** The attached tileset that was hit, null for what is ours. */
  tilesetId: string | null;
  /** null when picked through the id buffer (exploded, isolated or hidden state). */
  normal: Vec3 | null;
  /** The cluster whose sign was hit. */
  cluster?: Cluster;
  /** The id of the event whose sign or text was hit. */
  event?: string;
}

export type MeasureMode = 'distance' | 'area' | 'height';
/** Metres for distance and height, square metres for area. `rise_m` and `plan_m` split the distance of the last leg. */
export interface Measurement {
  mode: MeasureMode;
  points: Vec3[];
  value: number;
  plan_m: number;
  rise_m: number;
  done: boolean;
}

export type LayerStates = Record<string, { visible: boolean; opacity: number }>;

export interface Stats {
  drawCalls: number;
  triangles: number;
  /** Script time of the last frame, ms. */
  scriptMs: number;
  geometries: number;
  textures: number;
  frames: number;
}

export interface EngineEvents {
  ready: Scene;
  /** Another generation is shown from the next frame on; nothing is selected, coloured or known to live in it yet. */
  scene: Scene;
  /** Whoever changed it: a click, a panel, the page. `position` is where it was clicked. null: nothing is selected. */
  select: { idx: number; position: Vec3 | null; layerId: string } | null;
  hover: { idx: number | null; position: Vec3; layerId: string; tilesetId: string | null; x: number; y: number } | null;
  view: View;
  /** All of them, when one was shown, hidden or made see-through, whoever did it. */
  layers: LayerStates;
  /** Campus CRS: scene + origin. null: the pointer is over the sky. */
  coordinates: Coordinates | null;
  measure: Measurement | null;
  /** The sign or the text of an event was clicked. */
  event: { id: string; idx: number | null; position: Vec3 };
  /** The sign of a cluster was clicked; the camera is on its way there. */
  cluster: Cluster;
  /** Still loading tiles: 0..1. */
  progress: { value: number };
  contextlost: null;
  /** No canvas gets one any more: only loading the page anew may help. */
  contextgone: string;
  contextrestored: null;
  error: { code: string; message: string };
  frame: Stats;
}
export interface Coordinates { x: number; y: number; z: number }

export interface EngineOptions {
  sceneUrl: string;
  theme?: Theme;
  language?: Language;
  /** Of the sun; when not given, wherever a graphics processor draws. */
  shadows?: boolean;
  /** Called for every event, beside `engine.on`. */
  onEvent?: <K extends keyof EngineEvents>(type: K, detail: EngineEvents[K]) => void;
}

/** A round or polygonal hole in the terrain, plan coordinates in scene metres (at most 32 corners). */
export type DigWindow = { x: number; y: number; radius: number } | { polygon: [number, number][] };

export interface MarkerStyle { shape: 'circle' | 'square' | 'diamond' | 'triangle' | 'hexagon'; colour: string; title: Title | null }
/**
 * Live state: 0 normal, 1 C (blue IV), 2 B (yellow III), 3 A (orange II), 4 major (red I), 5 offline, 6 stale; 7 to 10 are 1 to 4
 * once acknowledged. What 1 to 4 look like: src/engine/levels.js. Only they pulse.
 */
export type MarkerState = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;
/** 1 to 4 or by name; anything else is an event without a level. */
export type Level = 1 | 2 | 3 | 4 | 'C' | 'B' | 'A' | 'major';

/** Its text is neutralised and cut before it is drawn. Without `position` it is drawn at its device. */
export interface LiveEvent {
  id: string;
  position?: Vec3 | null;
  idx?: number | null;
  kind?: string;
  level?: Level | null;
  text?: string | null;
  /** ISO 8601 or ms since 1970. */
  at?: string | number | null;
  acknowledged?: boolean;
}

/** Things that stand too close on screen to be told apart. */
export interface Cluster {
  /** Of the worst. */
  position: Vec3;
  bbox: Bbox;
  /** Devices and events in it; an event on one of its devices is not counted besides the device. */
  count: number;
  alarms: number;
  /** The worst level in it, 0 without an alarm. */
  state: number;
  idx: number[];
  events: string[];
}

/** `kind` is patrol, vehicle, visitor or anything else; `points` are scene axes and ms, oldest first, the last 200 are kept. */
export interface Trail { id: string; kind?: string; level?: Level | null; points: [number, number, number, number][] }

/**
 * `storeyId` null: outdoors, at the height of the lowest sample. Samples are scene axes and a value; those without a number
 * and those of other storeys are left out. `palette`: #rrggbb from low to high. `within`: polygons of rings in plan;
 * outside of all of them nothing is drawn.
 */
export interface Heat { within?: [number, number][][][] | null; storeyId: string | null; samples: [number, number, number, number][]; min?: number | null; max?: number | null; palette?: string[] | null }
/** `samples`: how many are shown; beyond `reach_m` from the nearest nothing is. */
export interface HeatLegend { min: number; max: number; stops: { value: number; colour: string }[]; samples: number; reach_m: number }

/** Triangles, nine numbers each in scene axes, a little above the ground or it hides them; four bytes a corner, the last its opacity. */
export interface Areas { position: Float32Array<ArrayBuffer>; rgba: Uint8Array<ArrayBuffer> }

export interface Engine {
  readonly ready: Promise<Scene>;
  /** null until `ready`. */
  readonly scene: Scene | null;
  /** Which of the scene's orthophotos lies on the ground. */
  readonly photo: number | null;
  readonly canvas: HTMLCanvasElement;
  /**
   * Show the generation that scene.json at `url` describes, in the same canvas: camera, layers, cuts, isolated and lifted
   * storeys stay, what goes by idx (selection, colours, live states) does not. Rejects, and changes nothing, when it
   * cannot be loaded or has another origin. The same generation changes nothing.
   */
  swapScene(url: string): Promise<Scene>;
  /** Subscribe; returns the function that unsubscribes. */
  on<K extends keyof EngineEvents>(type: K, listener: (detail: EngineEvents[K]) => void): () => void;

  setLayerVisible(layerId: string, visible: boolean): void;
  setLayerOpacity(layerId: string, opacity: number): void;
  layerState(): LayerStates;

  getView(): View;
  setView(view: ViewRequest, options?: { animate?: boolean }): void;
  flyTo(target: { bbox: Bbox } | { position: Vec3; distance_m?: number }): void;
  home(): void;
  north(): void;
  plan(on: boolean): void;
  zoom(factor: number): void;
  /** Radians clockwise from north of the way the camera looks. */
  heading(): number;
  /** Metres of one CSS pixel at the target. */
  metresPerPixel(): number;

  select(idx: number | null): void;
  readonly selected: number | null;
  /** CSS pixels from the canvas' top left corner. */
  pick(x: number, y: number): Hit | null;
  /** Asked before a click selects, in CSS pixels; true: it was for what a tool shows. null: nobody asks. */
  claimClicks(claim: ((x: number, y: number) => boolean) | null): void;
  /** CSS pixels of a scene position, or null when behind the camera. */
  project(position: Vec3): { x: number; y: number } | null;

  colourBy(colours: { idx: Uint32Array; rgba: Uint8Array }): void;
  clearColours(): void;
  setHidden(idx: ArrayLike<number>, hidden: boolean): void;
  clearHidden(): void;
  isolateStorey(numbers: number[] | null): void;
  /** 0 together … 1 storeys lifted apart by about their own height; of one building or of all. */
  explode(factor: number, buildingId?: string): void;
  section(box: { min: Vec3; max: Vec3 } | null): void;
  setTerrainOpacity(opacity: number): void;
  digWindow(window: DigWindow | null): void;
  setOrthophoto(index: number | null): void;

  /** `keep`: with null, what was drawn stands there until something else is measured; clicks select again. */
  measure(mode: MeasureMode | null, keep?: boolean): void;
  setMarkersVisible(layerId: string, visible: boolean): void;
  markerStyles(layerId: string): Record<string, MarkerStyle>;
  /** Live state of one marker, several (arrays of the same length) or all at once: `setLive` without values. */
  updateMarkers(idx: ArrayLike<number>, state: ArrayLike<number>): void;

  // What follows does nothing before `ready`.
  /** Only what has changed (three arrays of the same length); the rest stays as it is known. What is no marker is remembered, not drawn. */
  setLive(changes: { idx: Uint32Array; state: Uint8Array; value?: Float32Array | null }): void;
  /** Everything normal, nothing known: before a snapshot. */
  resetLive(): void;
  /** What is known of a feature. */
  liveOf(idx: number): { state: number; value: number | null };
  /** All of them at once; `unplaced` are the ids of those without a position and without a marker of their idx. */
  setEvents(events: readonly LiveEvent[]): { unplaced: string[] };
  /** Where a device of a marker layer stands, whatever is lifted, and the number of its storey (0: outdoors); null: it is no marker. */
  markerAt(idx: number): { position: Vec3; storey: number } | null;
  /** What is drawn as one sign now, the worst first. */
  clusters(): Cluster[];
  /** All things that move; what is not among them goes, what is known moves on to its new fixes. */
  setTrails(trails: readonly Trail[]): void;
  /** A new fix (t: ms) of one thing, which is made when it is new; five minutes after its last fix it goes. */
  moveTo(id: string, position: Vec3, t: number): void;
  /** null: none. Returns what a legend needs, or null when nothing is shown. */
  setHeat(heat: Heat | null): HeatLegend | null;
  /** Coloured areas on the ground, instead of those before; null: none. Another generation has none. */
  layAreas(areas: Areas | null): void;
  /** Thin lines that show through everything, the first 20,000, instead of those before; `#rrggbb`. Another generation has none. */
  drawLines(segments: [Vec3, Vec3][], colour?: string): void;
  setLabelsVisible(visible: boolean): void;
  /** Whether the ways of what moves are drawn; they are kept all the same. */
  setTrailsVisible(visible: boolean): void;
  /** How much larger names and markers are drawn than on a desk; null: by the size of the canvas. */
  setSignScale(scale: number | null): void;
  setTilesetVisible(tilesetId: string, visible: boolean): void;
  setTilesetOpacity(tilesetId: string, opacity: number): void;
  tilesetState(): Record<string, { visible: boolean; opacity: number }>;
  loadTileset(url: string, options?: TilesetOptions): { dispose(): void; setVisible(visible: boolean): void };

  /** Resolves when every tile the view wants is on screen. */
  settled(): Promise<void>;
  screenshot(): string;
  stats(): Stats;
  setTheme(theme: Theme): void;
  setLanguage(language: Language): void;
  /** Draw again soon; only needed after changing something the engine cannot see. */
  invalidate(): void;
  dispose(): void;
}

export function createEngine(host: HTMLElement, options: EngineOptions): Engine;

/** Where a value is kept: exactly one of a column, an attribute, a property with its set; or the quantity that devices measure now. */
export interface FieldRef { column?: string; attribute?: string; set?: string; property?: string; quantity?: string }
/** A layer coloured by a field, its numbers along a ramp. */
export interface Colouring extends FieldRef { layer: string; ramp?: string }

/** What `src/ui/index.js` exports: panels over the canvas. `root` covers the canvas and lets pointer events through. */
export interface UiOptions { span?: import('../time/scale.js').Span;
  language: Language;
  theme: Theme;
  sceneUrl: string;
  /** Prefix of the HTTP API, for example "/api/v1". */
  apiUrl: string;
  /** Called when the colouring changed, whoever did it. */
  onColouring?: (colouring: Colouring | null) => void;
}
export interface Ui {
  /** Resolves when the panels are there and the address is restored. */
  readonly ready: Promise<void>;
  /** What the address asked for at the start: it wins over what the page asks for. */
  readonly linked: { view: boolean; layers: boolean; selection: boolean; colouring: boolean; screen: boolean };
  setLanguage(language: Language): void;
  setTheme(theme: Theme): void;
  setColouring(colouring: Colouring | null): void;
  /** Show the generation in force: with panels, labels, selection and stream. The same one changes nothing. */
  renew(url?: string): void;
  dispose(): void;
}
export type CreateUi = (root: HTMLElement, engine: Engine, options: UiOptions) => Ui;

/** What `src/index.js` exports as `mountViewer`; `chrome: false` gives the bare canvas. */
export interface MountOptions extends EngineOptions { chrome?: boolean; apiUrl?: string; span?: UiOptions['span']; onColouring?: UiOptions['onColouring'];
  /** Called when another generation is shown, on a bare canvas: nothing is selected or coloured in it yet. */
  onRenewed?: (scene: Scene) => void }
export interface Mounted {
  engine: Engine;
  ui: Ui | null;
  /** Resolves when the scene is there, and the panels if there are any. */
  ready: Promise<void>;
  /** Colour a layer by a field, with its legend where there are panels; null: everything in its own colour. */
  setColouring(colouring: Colouring | null): Promise<void>;
  /** Show the generation that is in force now, without mounting again; the same one changes nothing. */
  renew(url?: string): void;
  dispose(): void;
}
