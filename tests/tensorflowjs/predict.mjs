// Says what TensorFlow.js predicts with an exported model. Each line of standard input is a question, {"folder", "inputs"}; each line of standard
// output is its answer, {"outputs"} or {"error"}. Inputs and outputs are lists of {"shape", "values"}.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

// TensorFlow.js greets on the console, and standard output is for answers.
console.log = console.info = console.warn = console.error;
const tf = createRequire(import.meta.url)('@tensorflow/tfjs');

// As a browser loads it, but for where the bytes come from: TensorFlow.js finds the shards itself.
function load(folder) {
  const fetchFunc = async url => new Response(await readFile(join(folder, new URL(url).pathname)));
  return tf.loadLayersModel(tf.io.http('http://export/model.json', { fetchFunc }));
}

async function answer({ folder, inputs }) {
  const model = await load(folder);
  const x = inputs.map(({ shape, values }) => tf.tensor(values, shape));
  const y = [model.predict(x)].flat();
  const outputs = await Promise.all(y.map(async tensor => ({ shape: tensor.shape, values: Array.from(await tensor.data()) })));
  tf.dispose([x, y, model]);
  return { outputs };
}

for await (const line of createInterface({ input: process.stdin })) {
  const result = await answer(JSON.parse(line)).catch(error => ({ error: error.message }));
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
