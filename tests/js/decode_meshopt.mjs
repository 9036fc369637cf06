// node decode_meshopt.mjs < cases: the reference decoder of meshoptimizer as a witness, many streams in one process.
// stdin: repeated [mode u32: 0 attributes, 1 triangles, 2 indices][count u32][stride u32][length u32][stream bytes]
// stdout: repeated [status u32: 0 decoded, 1 refused][length u32][decoded bytes, or the reason]
import { readFileSync } from "node:fs";
import { MeshoptDecoder } from "meshoptimizer/decoder";

await MeshoptDecoder.ready;
const modes = ["ATTRIBUTES", "TRIANGLES", "INDICES"];
const input = readFileSync(0);
const output = [];
const say = (status, bytes) => {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(status, 0);
  head.writeUInt32LE(bytes.length, 4);
  output.push(head, Buffer.from(bytes));
};
for (let at = 0; at < input.length; ) {
  const [mode, count, stride, length] = [0, 4, 8, 12].map((offset) => input.readUInt32LE(at + offset));
  at += 16;
  const stream = new Uint8Array(input.subarray(at, at + length));
  at += length;
  const target = new Uint8Array(count * stride);
  try {
    MeshoptDecoder.decodeGltfBuffer(target, count, stride, stream, modes[mode], "NONE");
    say(0, target);
  } catch (fault) {
    say(1, Buffer.from(String(fault)));
  }
}
process.stdout.write(Buffer.concat(output));
