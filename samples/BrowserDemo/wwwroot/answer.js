// Shows the answers of browser and server.
const MOST_CLASSES = 10;
const element = id => document.getElementById(id);
const percent = value => value === undefined ? '–' : `${(100 * value).toFixed(1)} %`;
const time = answer => answer ? `${answer.milliseconds.toFixed(1)} ms${answer.where ? ` (${answer.where})` : ''}` : 'no answer';

/** Says what is going on. */
export function say(text, error = '') {
  element('status').textContent = text;
  element('error').textContent = error;
  element('error').hidden = error === '';
}

/** Removes the answers of the last picture. */
export function clear() {
  element('bars').hidden = element('times').hidden = true;
  delete element('answer').dataset.state;
}

/** Shows the probabilities and the times; either answer may be missing. */
export function show(classes, browser, server, error) {
  const first = (browser ?? server)?.probabilities;
  if (first) {
    const order = classes.map((_, i) => i).sort((a, b) => first[b] - first[a]).slice(0, MOST_CLASSES);
    element('bars').tBodies[0].replaceChildren(...order.map((label, place) => row(classes[label], place === 0, browser?.probabilities[label], server?.probabilities[label])));
    element('browser-time').textContent = time(browser);
    element('server-time').textContent = time(server);
    element('bars').hidden = element('times').hidden = false;
    say(`${classes[order[0]]}, ${percent(first[order[0]])}. ${agreement(browser, server)}`, error);
  } else {
    say('There is no answer.', error);
  }
  element('answer').dataset.state = 'done';
}

function agreement(browser, server) {
  if (!browser || !server) return '';
  const difference = Math.max(...browser.probabilities.map((value, i) => Math.abs(value - server.probabilities[i])));
  return difference < 0.001 ? 'Browser and server agree.' : `Browser and server differ by up to ${percent(difference)}.`;
}

function row(name, best, browser, server) {
  const line = document.createElement('tr');
  line.classList.toggle('best', best);
  const head = document.createElement('th');
  head.scope = 'row';
  head.append(name, bar('browser', browser), bar('server', server));
  line.append(head, number(browser), number(server));
  return line;
}

function bar(kind, value) {
  const line = document.createElement('i');
  line.className = kind;
  line.style.width = `${100 * (value ?? 0)}%`;
  return line;
}

function number(value) {
  const cell = document.createElement('td');
  cell.textContent = percent(value);
  if (value !== undefined) cell.dataset.value = value;
  return cell;
}
