// node validate_glb.mjs FOLDER: the Khronos glTF validator over every .glb under FOLDER, as one JSON object
// {"files": n, "issues": [{file, severity, code, message, pointer}]}; severity 0 error, 1 warning, 2 info, 3 hint.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import validator from "gltf-validator";

const folder = process.argv[2];
const names = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".glb")).sort();
const issues = [];
for (const name of names) {
  const bytes = new Uint8Array(readFileSync(join(folder, name)));
  const report = await validator.validateBytes(bytes, { uri: name, maxIssues: 1000 });
  for (const { severity, code, message, pointer } of report.issues.messages) {
    issues.push({ file: name, severity, code, message, pointer });
  }
}
process.stdout.write(JSON.stringify({ files: names.length, issues }));
