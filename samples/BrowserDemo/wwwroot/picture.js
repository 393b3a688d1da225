// Reads a picture, and brings it to the network's size as CifarVision's ImageFile does: the same pixels, to rounding.

// Phones refuse larger canvases, and need not copy more pixels than this.
const MOST_PIXELS = 4_000_000;

/** Decodes a file, turned as the camera says, into a canvas. */
export async function decode(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { colorSpaceConversion: 'none' });
  } catch {
    throw new Error(`${file.name} is no picture that this browser can read.`);
  }
  const scale = Math.min(1, Math.sqrt(MOST_PIXELS / (bitmap.width * bitmap.height)));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas;
}

/** Resizes a canvas: red, green and blue from 0 to 255, row by row; transparent pixels are over white. */
export function resize(canvas, height, width) {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const rows = filter(canvas.height, height);
  const columns = filter(canvas.width, width);
  const pixels = new Uint8ClampedArray(height * width * 3);
  const row = new Float64Array(canvas.width * 3);
  rows.forEach((down, y) => {
    row.fill(0);
    down.shares.forEach((share, i) => addRow(data, (down.first + i) * canvas.width * 4, share, row));
    columns.forEach((across, x) => {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        across.shares.forEach((share, i) => { sum += share * row[(across.first + i) * 3 + channel]; });
        pixels[(y * width + x) * 3 + channel] = Math.floor(sum + 0.5);
      }
    });
  });
  return pixels;
}

/** Draws what resize returned. */
export function draw(canvas, pixels, height, width) {
  [canvas.height, canvas.width] = [height, width];
  const image = new ImageData(width, height);
  for (let i = 0; i < height * width; i++) {
    image.data.set(pixels.subarray(i * 3, i * 3 + 3), i * 4);
    image.data[i * 4 + 3] = 255;
  }
  canvas.getContext('2d').putImageData(image, 0, 0);
}

/** Draws the pixels under a map of values from 0 to 1: what is 0 is dark. */
export function drawMap(canvas, pixels, { map, height, width }) {
  draw(canvas, pixels.map((value, i) => value * (0.2 + 0.8 * map[Math.floor(i / 3)])), height, width);
}

function addRow(data, start, share, row) {
  for (let x = 0, i = start; x < row.length; x += 3, i += 4) {
    const alpha = data[i + 3] / 255;
    for (let channel = 0; channel < 3; channel++) {
      row[x + channel] += share * (data[i + channel] * alpha + 255 * (1 - alpha));
    }
  }
}

// The source pixels of each target pixel: the area that it covers when the picture shrinks, else the two that it lies between.
function filter(source, target) {
  return Array.from({ length: target }, (_, i) => target <= source ? cover(i, source, target) : between(i, source, target));
}

function cover(index, source, target) {
  const start = index * source;
  const end = start + source;
  const first = Math.floor(start / target);
  const shares = [];
  for (let pixel = first * target; pixel < end; pixel += target) {
    shares.push((Math.min(end, pixel + target) - Math.max(start, pixel)) / source);
  }
  return { first, shares };
}

function between(index, source, target) {
  const center = Math.min(Math.max((index + 0.5) * source / target - 0.5, 0), source - 1);
  const first = Math.floor(center);
  const share = center - first;
  return { first, shares: share === 0 ? [1] : [1 - share, share] };
}
