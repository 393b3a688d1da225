// The network in the browser, and the network on the server.

/** Loads the exported network into TensorFlow.js. Returns a function from pixels to probabilities and milliseconds. */
export async function loadInBrowser(info) {
  if (info.exportError) throw new Error(`This network runs on the server only: ${info.exportError}`);
  if (!window.tf) throw new Error('TensorFlow.js is not here, so this network runs on the server only. Install Node 20 or newer and build the sample again.');
  await chooseBackend();
  let model;
  try {
    model = await tf.loadLayersModel('model/model.json');
  } catch (error) {
    throw new Error(`The browser could not load the network from the folder model, which is missing or damaged: ${error.message} Start the service again.`);
  }
  const predict = async pixels => {
    const start = performance.now();
    const output = tf.tidy(() => model.predict(tf.tensor4d(Float32Array.from(pixels), [1, info.height, info.width, 3]).mul(info.scale)));
    const values = Array.from(await output.data());
    output.dispose();
    // One output is the probability of the second of two classes.
    const probabilities = values.length === 1 ? [1 - values[0], values[0]] : values;
    return { probabilities, milliseconds: performance.now() - start, where: tf.getBackend() };
  };
  // The first prediction also compiles the programs of the graphics card.
  await predict(new Uint8ClampedArray(info.height * info.width * 3));
  return predict;
}

/** Asks the server what a file shows. */
export async function askServer(file, info) {
  const megabytes = file.size / 1024 / 1024;
  if (megabytes > info.uploadMegabytes) {
    throw new Error(`${file.name} has ${megabytes.toFixed(1)} MB, but the server takes at most ${info.uploadMegabytes} MB. Make it smaller first.`);
  }
  const form = new FormData();
  form.append('picture', file);
  const answer = await send('classify', form);
  const picture = answer.pictures[0];
  return { probabilities: info.classes.map(name => picture.probabilities[name]), milliseconds: answer.milliseconds };
}

/** Asks the server which parts of a file speak for its class. */
export function askWhy(file) {
  const form = new FormData();
  form.append('picture', file);
  return send('explain', form);
}

async function send(address, form) {
  let response;
  try {
    response = await fetch(address, { method: 'POST', body: form });
  } catch {
    throw new Error('The server cannot be reached. Start it and try again.');
  }
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail ?? answer.title);
  return answer;
}

// Graphics cards without 32-bit floats would give other probabilities than the server.
async function chooseBackend() {
  await tf.ready();
  if (tf.getBackend() === 'webgl' && !tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED')) await tf.setBackend('cpu');
}
