// What the page does when a picture is chosen, photographed, dropped or taken from the examples.
import { decode, draw, drawMap, resize } from './picture.js';
import { askServer, askWhy, loadInBrowser } from './network.js';
import { clear, say, show } from './answer.js';

const element = id => document.getElementById(id);
const info = await fetch('info').then(response => response.json());
let classifyHere = null;
let latest = 0;

describe();
try {
  classifyHere = await loadInBrowser(info);
  say('Choose a picture.');
} catch (error) {
  say('Choose a picture.', error.message);
}
listen();
document.body.dataset.state = 'ready';

async function classify(file) {
  const turn = ++latest;
  clear();
  say(`Classifying ${file.name} …`);
  const [browser, server] = await Promise.allSettled([inBrowser(file), askServer(file, info)]);
  if (turn !== latest) return;
  // What the server says of a picture that neither can read is more exact.
  const error = [server, browser].find(result => result.status === 'rejected')?.reason.message;
  show(info.classes, browser.value?.answer, server.value, error);
  if (info.canExplain && server.value && browser.value) await explain(file, browser.value.pixels, turn);
}

async function explain(file, pixels, turn) {
  const why = await askWhy(file).catch(() => null);
  if (turn !== latest || !why) return;
  drawMap(element('map'), pixels, why);
  element('map-text').textContent = `What speaks for ${why.class} is bright (Grad-CAM, computed by the server)`;
  element('explanation').hidden = false;
}

async function inBrowser(file) {
  element('views').hidden = element('explanation').hidden = true;
  const canvas = await decode(file);
  const pixels = resize(canvas, info.height, info.width);
  const preview = element('preview');
  [preview.width, preview.height] = [canvas.width, canvas.height];
  preview.getContext('2d').drawImage(canvas, 0, 0);
  draw(element('seen'), pixels, info.height, info.width);
  element('views').hidden = false;
  return { pixels, answer: await classifyHere?.(pixels) };
}

function describe() {
  const origin = info.drawn
    ? `This network was trained on drawn pictures, at the first start of the service. Its classes are ${info.classes.join(', ')}; it takes every picture for one of them.`
    : `This network knows ${info.classes.length} classes and takes every picture for one of them.`;
  element('about').textContent = `${origin} Each picture is classified twice, in this browser and on the server.`;
  element('seen-size').textContent = `As the network sees it: ${info.width} × ${info.height} pixels`;
  element('network-text').textContent = `${info.name}, ${info.parameters.toLocaleString('en')} parameters, ${info.layers.length} layers`;
  element('drawing').alt = `The layers, in order: ${info.layers.join(', ')}`;
  element('examples').append(...info.examples.map(exampleButton));
  element('examples').hidden = info.examples.length === 0;
}

function exampleButton(name) {
  const button = document.createElement('button');
  const image = new Image();
  image.src = `examples/${encodeURIComponent(name)}`;
  image.alt = name.replace('.png', '');
  button.append(image);
  button.addEventListener('click', async () => {
    press(button);
    clear();
    classify(new File([await fetch(image.src).then(response => response.blob())], name));
  });
  return button;
}

function press(button) {
  for (const other of element('examples').children) other.setAttribute('aria-pressed', other === button);
}

function listen() {
  // Elsewhere the button would open the same window as its neighbor.
  document.querySelector('.camera').hidden = navigator.maxTouchPoints === 0;
  for (const input of [element('choose'), element('photograph')]) {
    input.addEventListener('change', () => {
      if (input.files.length) take(input.files[0]);
      // So that the same picture can be chosen again.
      input.value = '';
    });
  }
  const drop = element('drop');
  document.addEventListener('dragover', event => { event.preventDefault(); drop.classList.add('over'); });
  document.addEventListener('dragleave', () => drop.classList.remove('over'));
  document.addEventListener('drop', event => {
    event.preventDefault();
    drop.classList.remove('over');
    if (event.dataTransfer.files.length) take(event.dataTransfer.files[0]);
  });
}

function take(file) {
  press(null);
  classify(file);
}
