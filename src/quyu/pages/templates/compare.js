// Sets units side by side. Which ones they are stands in the address alone, so that a view can be
// kept, sent and gone back to; what an address does not say, or says of nobody, changes nothing.
const places = new Map(data.codes.map((code, place) => [code, place]));
const say = (key, values = {}) => data.words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
let now = []; // the places in data.codes of the units that are shown

function asked() {
  const address = new URLSearchParams(location.hash.slice(1));
  const codes = address.get('p');
  const known = [...new Set((codes ?? '').split(','))].filter((code) => places.has(code));
  const one = places.has(address.get('near')) ? [address.get('near')] : data.opens;
  const shown = known.length || codes === '' ? known : one.flatMap((code) => [code, ...data.near[code]]);
  return shown.slice(0, data.most).map((code) => places.get(code));
}
const choose = (units) => {
  location.hash = `p=${units.map((unit) => data.codes[unit]).join(',')}`;
};

// A text, with Chinese on an English page marked as such.
function written(element, text) {
  const pieces = data.english ? text.split(/([\u3400-\u9fff]+)/) : [text];
  element.append(...pieces.map((piece, n) => (n % 2 ? Object.assign(make('span', piece), { lang: 'zh-Hant' }) : piece)));
  return element;
}

// The mark of the first to the fourth unit: told apart by shape, also in print and without colour.
const shapes = [
  ['circle', { r: 4.6, fill: '#111' }],
  ['circle', { r: 4, fill: '#fff' }],
  ['path', { d: 'M0-5.6 5.6 0 0 5.6-5.6 0z', fill: '#111' }],
  ['path', { d: 'M-4-4H4V4H-4z', fill: '#fff' }],
];
function shape(n, x) {
  const [tag, attributes] = shapes[n];
  return drawn(tag, { ...attributes, transform: `translate(${x} 9)`, stroke: '#111', 'stroke-width': 1.6 });
}
function sheet(wide, className, parts) {
  const picture = drawn('svg', { viewBox: `0 0 ${wide} 18`, class: className, 'aria-hidden': 'true' });
  picture.append(...parts);
  return picture;
}
const mark = (n) => sheet(18, 'shape', [shape(n, 9)]);

// Where the units lie in the nation; what it shows stands in figures beside it.
function strip({ strip: [low, middle, high], numbers }) {
  const wide = 240;
  const x = (score) => 8 + ((score - data.scale[0]) / (data.scale[1] - data.scale[0])) * (wide - 16);
  if (low === null) return [];
  const line = (d, stroke, width) => drawn('path', { d, stroke, 'stroke-width': width });
  const marks = now.map((unit, n) => [n, numbers[unit]]).filter(([, score]) => score !== null);
  return [sheet(wide, 'strip', [
    line(`M8 9H${wide - 8}`, '#d5d5d2', 1),
    line(`M${x(low)} 9H${x(high)}`, '#d5d5d2', 4),
    line(`M${x(middle)} 1V17`, '#444', 1.6),
    ...marks.map(([n, score]) => shape(n, x(score))),
  ])];
}

function rank(row, unit) {
  const place = row.places?.[unit];
  if (!place) return '';
  const [ends] = place.match(/\d+(–\d+)?/); // equals are "2–4" with a word or a sign
  const told = say(ends === place ? 'rank' : 'tied', { rank: ends });
  return told + (row.of ? say('among', { of: row.of }) : '');
}

function cell(row, unit, n) {
  const made = make('td', '', 'n');
  const who = written(make('span', '', 'who'), data.names[unit]);
  who.prepend(mark(n), ' ');
  const value = make('span', row.values[unit], row.numbers ? 'value' : '');
  const rest = [rank(row, unit), row.changes?.[unit], row.below?.[unit]].filter(Boolean).map((text) => make('span', text));
  made.append(who, ' ', value);
  if (rest.length) {
    const below = make('small');
    rest.forEach((each, at) => below.append(at ? ' ' : '', each));
    made.append(' ', below);
  }
  if (row.notes?.[unit]) made.append(' ', make('small', row.notes[unit], 'odd'));
  return made;
}

function line(row) {
  const made = make('tr');
  if (row.group || row.lacking) {
    const across = { colSpan: now.length + 2 };
    made.className = row.group ? 'group' : 'lacking';
    made.append(written(Object.assign(make(row.group ? 'th' : 'td'), across, row.group ? { scope: 'rowgroup' } : {}), row.group ?? row.lacking));
    return made;
  }
  const head = Object.assign(written(make('th'), row.name), { scope: 'row' });
  const about = [row.strip ? '' : row.unit, row.proxy, row.usual].filter(Boolean);
  if (about.length) head.append(' ', make('small', about.join(data.words.and)));
  if (row.strip) head.append(...strip(row));
  const nation = make('td', '', 'n nation');
  nation.append(make('span', data.nation, 'who'), ' ', make('span', row.median ?? ''));
  if (row.nation) nation.append(' ', make('small', row.nation));
  if (!row.median) nation.classList.add('empty');
  made.append(head, ...now.map((unit, n) => cell(row, unit, n)), nation);
  return made;
}

function table() {
  const made = make('table');
  const heads = make('tr');
  const units = now.map((unit, n) => {
    const name = written(make(data.links[unit] ? 'a' : 'span'), data.names[unit]);
    if (data.links[unit]) name.href = data.links[unit];
    const head = Object.assign(make('th', '', 'n'), { scope: 'col' });
    head.append(mark(n), ' ', name);
    return head;
  });
  heads.append(make('td'), ...units, Object.assign(make('th', data.nation, 'n'), { scope: 'col' }));
  const [head, body] = [make('thead'), make('tbody')];
  head.append(heads);
  body.append(...data.rows.map(line));
  made.append(head, body);
  made.style.maxWidth = `${19 + 10.5 * (now.length + 1)}rem`;
  return made;
}

// Who is compared, each with its mark and a button that takes it away.
function list() {
  $('chosen').replaceChildren(...now.map((unit, n) => {
    const item = make('li');
    const button = Object.assign(make('button', '×'), { type: 'button', title: say('remove', { name: data.names[unit] }) });
    button.setAttribute('aria-label', button.title);
    button.addEventListener('click', () => {
      choose(now.filter((other) => other !== unit));
      $('unit').focus();
    });
    item.append(mark(n), ' ', written(make('span'), data.names[unit]), ' ', button);
    return item;
  }));
  $('unit').replaceChildren(...data.codes.map((code, unit) => {
    const option = Object.assign(make('option', data.names[unit]), { value: code, disabled: now.includes(unit) });
    if (data.english && /[\u3400-\u9fff]/.test(option.text)) option.lang = 'zh-Hant';
    return option;
  }));
  $('unit').selectedIndex = data.codes.findIndex((_, unit) => !now.includes(unit));
}

function draw() {
  now = asked();
  const names = now.map((unit) => data.names[unit]).join(data.words.join);
  list();
  $('told').textContent = now.length ? say('chosen', { names }) : say('none');
  $('told').classList.toggle('said', now.length > 0); // the list says it to the eye
  $('compared').hidden = $('csv').hidden = !now.length;
  $('compared').replaceChildren(make('figcaption', data.told), table());
  document.title = now.length ? `${names} · ${data.title}` : data.title;
  for (const link of document.querySelectorAll('a[hreflang]')) link.hash = location.hash;
}

function csv() {
  const plain = (text) => text.replace(/\p{Bidi_Control}/gu, '');
  const rows = [data.heads];
  let goal = '';
  for (const row of data.rows) {
    goal = row.group ?? goal;
    if (row.numbers)
      for (const unit of now)
        rows.push([
          data.year, data.codes[unit], data.names[unit], row.id, row.name, goal, row.numbers[unit], row.unit,
          row.notes?.[unit] ?? row.usual ?? data.year, (row.places ?? row.ranks)[unit], row.evidence,
          ...(data.moved ? [row.moves?.[unit]] : []),
        ].map((each) => (typeof each === 'string' ? plain(each) : each)));
  }
  const text = rows.map((row) => row.map(field).join(',')).join('\r\n');
  save(new Blob([`\ufeff${text}\r\n`], { type: 'text/csv;charset=utf-8' }), `${data.file}.csv`);
}

$('pick').hidden = $('about').hidden = false;
draw();
addEventListener('hashchange', draw);
$('csv').addEventListener('click', csv);
$('pick').addEventListener('submit', (event) => {
  event.preventDefault();
  if (now.length === data.most) {
    $('told').textContent = say('full', { most: data.most });
    $('told').classList.remove('said');
  } else if ($('unit').selectedIndex >= 0) choose([...now, $('unit').selectedIndex]);
});
