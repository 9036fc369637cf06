/**
 * Reads `idx` and `storey` of EXT_structural_metadata straight out of the GLB; the other columns come from the API.
 * EXT_mesh_features says which attribute holds the row.
 */

/** @typedef {{idx: Uint32Array, storey: Uint16Array}} FeatureIndex rows of one property table */
/** @typedef {{json: any, associations: Map<any, any>, getDependency(type: string, index: number): Promise<ArrayBuffer>}} Parser */

const EXTENSION = 'EXT_structural_metadata';
/** @type {Record<string, (buffer: ArrayBuffer, count: number) => ArrayLike<number>>} */
const SCALARS = {
  UINT8: (buffer, count) => new Uint8Array(buffer, 0, count),
  UINT16: (buffer, count) => new Uint16Array(buffer, 0, count),
  UINT32: (buffer, count) => new Uint32Array(buffer, 0, count),
  INT32: (buffer, count) => new Int32Array(buffer, 0, count),
  FLOAT32: (buffer, count) => new Float32Array(buffer, 0, count),
};

/**
 * @param {Parser} parser
 * @param {any} schema
 * @param {any} table
 * @param {string} column
 * @returns {Promise<ArrayLike<number> | null>} null when the table lacks the column
 */
async function readColumn(parser, schema, table, column) {
  const property = table.properties?.[column];
  const read = SCALARS[schema.classes[table.class]?.properties[column]?.componentType];
  if (!property || !read) return null;
  const buffer = await parser.getDependency('bufferView', property.values);
  return read(buffer, table.count);
}

/** A GLTFLoader plugin: meshes get `userData.features`, the scene gets `userData.layerId`. */
export class CampusMetadata {
  /** @param {Parser} parser */
  constructor(parser) {
    this.parser = parser;
    this.name = EXTENSION;
  }

  /** @param {{scene: import('three').Object3D}} gltf */
  async afterRoot(gltf) {
    const { json, associations } = this.parser;
    gltf.scene.userData.layerId = json.asset?.extras?.layer_id ?? null;
    const extension = json.extensions?.[EXTENSION];
    if (!extension?.propertyTables || !extension.schema) return;
    const tables = await Promise.all(extension.propertyTables.map((/** @type {any} */ table) => this.readTable(extension.schema, table)));
    gltf.scene.traverse((child) => {
      const at = associations.get(child);
      const primitive = json.meshes?.[at?.meshes]?.primitives?.[at?.primitives ?? 0];
      const featureId = primitive?.extensions?.EXT_mesh_features?.featureIds?.[0];
      if (featureId?.propertyTable === undefined) return;
      child.userData.features = tables[featureId.propertyTable];
      child.userData.featureAttribute = `_feature_id_${featureId.attribute ?? 0}`;
    });
  }

  /**
   * @param {any} schema
   * @param {any} table
   * @returns {Promise<FeatureIndex | null>}
   */
  async readTable(schema, table) {
    const [idx, storey] = await Promise.all(['idx', 'storey'].map((column) => readColumn(this.parser, schema, table, column)));
    if (!idx) return null;
    return { idx: Uint32Array.from(idx), storey: storey ? Uint16Array.from(storey) : new Uint16Array(table.count) };
  }
}

/**
 * @param {ArrayLike<number>} rows feature row of each vertex
 * @param {Uint32Array} idx idx of each row
 * @returns {Uint32Array<ArrayBuffer>} idx of each vertex
 */
export function vertexIdx(rows, idx) {
  const out = new Uint32Array(rows.length);
  for (let i = 0; i < rows.length; i++) out[i] = idx[rows[i]];
  return out;
}
