// Says what TensorFlow.js predicts with an exported model. Each line of standard input is a question, {"folder", "shape", "values"}; each line
// of standard output is its answer, {"shape", "values"} or {"error"}.
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

async function answer({ folder, shape, values }) {
  const model = await load(folder);
  const x = tf.tensor(values, shape);
  const y = model.predict(x);
  const result = { shape: y.shape, values: Array.from(await y.data()) };
  tf.dispose([x, y, model]);
  return result;
}

for await (const line of createInterface({ input: process.stdin })) {
  const result = await answer(JSON.parse(line)).catch(error => ({ error: error.message }));
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
