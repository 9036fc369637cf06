/**
 * Orbits a scene and times our script only. Drawing is counted and left out: a software rasteriser shares the processor
 * with the script and would be what is measured. Every frame of every contestant is timed the same way.
 */
const FRAMES = 120;
/** Frames until the browser has compiled what is called in each: a wall runs for months, its first two seconds do not count. */
const WARM_UP = 120;

const middle = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** From now on draw calls of `gl` are counted, not carried out. */
export function countDraws(gl) {
  const counted = { draws: 0, triangles: 0 };
  for (const name of ['drawElements', 'drawArrays', 'drawElementsInstanced', 'drawArraysInstanced']) {
    gl[name] = (_mode, a, b) => {
      counted.draws += 1;
      counted.triangles += (name.startsWith('drawElements') ? a : b) / 3;
    };
  }
  return counted;
}

const eyeAt = (turn, { centre, radius, height }) => [centre[0] + radius * Math.cos(turn), centre[1] + radius * Math.sin(turn), height];

/** Script of one frame of the engine, all of it: the camera's move, and whatever it does when the browser calls. */
export async function orbitEngine(engine, orbit) {
  const counted = countDraws(engine.canvas.getContext('webgl2'));
  const times = [];
  const draws = [];
  let inFrame = 0;
  const plain = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (work) => plain((now) => {
    const start = performance.now();
    work(now);
    inFrame += performance.now() - start;
  });
  for (let n = 0; n < FRAMES + WARM_UP; n++) {
    counted.draws = 0;
    inFrame = 0;
    const drawn = new Promise((done) => { const stop = engine.on('frame', () => (stop(), done())); });
    const start = performance.now();
    engine.setView({ position: eyeAt(n / 60, orbit), target: orbit.centre });
    const moved = performance.now() - start;
    await drawn;
    await new Promise((done) => setTimeout(done));
    if (n >= WARM_UP) {
      times.push(moved + inFrame);
      draws.push(counted.draws);
    }
  }
  window.requestAnimationFrame = plain;
  return { script_ms: middle(times), draws: Math.max(...draws), triangles: engine.stats().triangles };
}

/** three.js as one writes it at first: a mesh an element, all with one material. */
function splitElements(THREE, mesh) {
  const { geometry } = mesh;
  const feature = geometry.getAttribute('_feature_id_0');
  const index = geometry.index.array;
  const rows = new Map();
  for (let i = 0; i < index.length; i += 3) {
    const row = feature.getX(index[i]);
    if (!rows.has(row)) rows.set(row, []);
    rows.get(row).push(index[i], index[i + 1], index[i + 2]);
  }
  const position = geometry.getAttribute('position');
  const point = new THREE.Vector3();
  return [...rows.values()].map((corners) => {
    const own = new THREE.BufferGeometry();
    for (const name of ['position', 'normal', 'color']) if (geometry.hasAttribute(name)) own.setAttribute(name, geometry.getAttribute(name));
    own.setIndex(corners);
    const box = new THREE.Box3();
    for (const at of corners) box.expandByPoint(point.fromBufferAttribute(position, at));
    own.boundingSphere = box.getBoundingSphere(new THREE.Sphere());
    const one = new THREE.Mesh(own, mesh.material);
    one.matrixAutoUpdate = false;
    mesh.updateWorldMatrix(true, false);
    one.matrix.copy(mesh.matrixWorld);
    return one;
  });
}

/** The same GLBs in a plain three.js scene; `perElement`: one mesh an element, else as GLTFLoader gives them. */
export async function orbitPlain(THREE, { GLTFLoader }, { MeshoptDecoder }, host, urls, orbit, perElement) {
  const loader = new GLTFLoader();
  loader.setMeshoptDecoder(MeshoptDecoder);
  const scene = new THREE.Scene();
  for (const url of urls) {
    const meshes = [];
    (await loader.loadAsync(url)).scene.traverse((child) => child.isMesh && meshes.push(child));
    for (const mesh of meshes) {
      mesh.updateWorldMatrix(true, false);
      if (perElement) scene.add(...splitElements(THREE, mesh));
      else scene.attach(mesh);
    }
  }
  scene.add(new THREE.HemisphereLight(), new THREE.DirectionalLight());
  const renderer = new THREE.WebGLRenderer({ antialias: true });
  renderer.setSize(host.clientWidth, host.clientHeight);
  host.append(renderer.domElement);
  const camera = new THREE.PerspectiveCamera(42, host.clientWidth / host.clientHeight, 1, 10_000);
  camera.up.set(0, 0, 1);
  const counted = countDraws(renderer.getContext());
  const times = [];
  let draws = 0;
  const [frames, warmUp] = perElement ? [20, 20] : [FRAMES, WARM_UP];
  for (let n = 0; n < frames + warmUp; n++) {
    await new Promise((done) => requestAnimationFrame(done));
    counted.draws = 0;
    const start = performance.now();
    camera.position.set(...eyeAt(n / 60, orbit));
    camera.lookAt(...orbit.centre);
    renderer.render(scene, camera);
    if (n >= warmUp) times.push(performance.now() - start);
    draws = Math.max(draws, counted.draws);
  }
  renderer.dispose();
  renderer.forceContextLoss();
  renderer.domElement.remove();
  return { script_ms: middle(times), draws };
}
