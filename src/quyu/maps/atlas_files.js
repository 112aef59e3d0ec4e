// What a reader takes away: the figures as CSV, the map as PNG, the drawing for paper.
function csv() {
  const first = data.dimensions[0].label[now.lang];
  const head = [
    atlas('code'), atlas('province'), atlas('year'),
    ...data.dimensions.map((each) => each.label[now.lang] + inUnit(each)),
    ...['rank', 'csv_low', 'csv_high', 'csv_tier', 'csv_sure'].map((key) => atlas('of_measure', { what: atlas(key), label: first })),
  ];
  const rows = units.flatMap((unit) =>
    data.years.map((year, place) => [
      data.codes[unit], data.names[now.lang][unit], year,
      ...data.dimensions.map((each) => each.values[unit][place]),
      data.dimensions[0].ranks[unit][place],
      ...['low', 'high'].map((what) => data.certainty[what][unit][place]),
      data.dimensions[0].classes[now.lang][data.dimensions[0].places[unit][place]],
      data.certainty.sure[unit][place],
    ]),
  );
  const text = [head, ...rows].map((row) => row.map(field).join(',')).join('\r\n');
  save(new Blob([`\ufeff${text}\r\n`], { type: 'text/csv;charset=utf-8' }), `quyu-atlas-${now.lang}.csv`);
}

// The drawing in the page as the map now is: for paper, and for the PNG.
const trace = (points) => `M${points.map((point) => point.map(Math.round).join(' ')).join('L')}`;
function redraw() {
  for (const path of sheet.querySelectorAll('path[data-code]')) path.setAttribute('fill', fill(places.get(path.dataset.code), 'blank-km'));
  // A name with a ring comes last, from east to west: no halo of a neighbour lies over it.
  const written = [...sheet.querySelectorAll('text[data-code]')];
  const east = (text) => spot(places.get(text.dataset.code)).at[0];
  for (const text of written.sort((one, other) => unsure(places.get(one.dataset.code)) - unsure(places.get(other.dataset.code)) || east(other) - east(one))) {
    text.parentNode.append(text);
    const unit = places.get(text.dataset.code);
    const { at, fits } = spot(unit);
    text.textContent = data.names[now.lang][unit];
    text.classList.toggle('dark', isDark(unit) && fits);
    ['x', 'y'].forEach((side, place) => text.setAttribute(side, at[place]));
    if (!unsure(unit)) continue;
    const ring = drawn('tspan', { class: 'ring', dx: 12, dy: -14 });
    ring.textContent = '○';
    text.append(ring);
  }
  for (const line of sheet.querySelectorAll('[data-leader]')) {
    const { leader } = spot(places.get(line.dataset.leader));
    line.setAttribute('display', leader ? 'inline' : 'none');
    if (leader) line.setAttribute('d', trace(leader));
  }
  const over = [];
  const stroke = (d, colour, width, more = {}) => over.push(drawn('path', { d, fill: 'none', stroke: colour, 'stroke-width': width, 'stroke-linecap': 'round', ...more }));
  if (now.outline) {
    const d = seams(now.outline).map(trace).join('');
    stroke(d, '#fff', 40);
    stroke(d, '#111', 20);
  }
  for (const pair of pairs()) {
    const { curve, head } = bow(pair[0], pair[1], 80);
    const { weight, opacity, dashArray } = arcStyle(pair);
    stroke(trace(curve), '#fff', weight * 8 + 20, { opacity: opacity * 0.8 });
    stroke(trace(curve), '#111', weight * 8, { opacity, 'stroke-dasharray': dashArray && '42 34', class: 'arc' });
    over.push(drawn('path', { d: `${trace(head)}z`, fill: '#111', opacity }));
  }
  if (now.picked !== null) {
    const d = rings.get(now.picked).map((ring) => `${trace(ring)}z`).join('');
    stroke(d, '#fff', 40);
    stroke(d, '#111', 22);
  }
  $('over').replaceChildren(...over);
  sheet.setAttribute('aria-label', atlas('alt', { label: dimension().label[now.lang], year: data.years[now.year] }));
}

// Text in lines of a width: Latin words are kept whole, Chinese breaks anywhere.
function wrapped(pen, text, width, most) {
  const lines = [''];
  for (const piece of text.match(/[!-~\u00a0-\u024f\u2013\u2212]+|\s+|[^]/gu) ?? []) {
    if (lines.at(-1) && pen.measureText(lines.at(-1) + piece).width > width) lines.push('');
    if (lines.at(-1) || piece.trim()) lines[lines.length - 1] += piece;
    if (lines.length > most) return [...lines.slice(0, most - 1), `${lines[most - 1].slice(0, -1)}…`];
  }
  return lines.filter(Boolean);
}

async function png() {
  redraw();
  const [, , east, south] = sheet.getAttribute('viewBox').split(' ').map(Number);
  const [width, margin] = [2400, 40];
  const inner = width - 2 * margin;
  const high = Math.round((inner * south) / east);
  const copy = sheet.cloneNode(true);
  copy.prepend($('patterns').cloneNode(true));
  copy.setAttribute('width', inner);
  copy.setAttribute('height', high);
  copy.setAttribute('font-family', getComputedStyle(document.body).fontFamily);
  const picture = new Image();
  picture.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await picture.decode();

  const canvas = make('canvas');
  const pen = canvas.getContext('2d');
  const font = (size, weight = '') => `${weight} ${size}px ${getComputedStyle(document.body).fontFamily}`;
  const block = (text, size, step, most, weight, colour) => {
    pen.font = font(size, weight);
    return { lines: wrapped(pen, text, inner, most), font: pen.font, step, colour };
  };
  const head = [
    block($('now').textContent, 68, 88, 3, 'bold', ink),
    block(data.texts.title[now.lang], 42, 60, 2, '', '#555'),
  ];
  const foot = [
    block($('source').textContent, 34, 50, 6, '', '#555'),
    block(say('map.boundary') + say('map.notice'), 34, 50, 6, '', '#555'),
  ];
  const size = (blocks) => blocks.reduce((sum, each) => sum + each.lines.length * each.step, 0);
  const rows = entries(pen, font(40), inner);
  const heading = block(dimension().method[now.lang] + inUnit(dimension()), 40, 58, 3, '', '#555');
  const tall = size(head) + high + size([heading]) + rows.at(-1).y + 62 + 30 + size(foot) + 2 * margin;
  Object.assign(canvas, { width, height: tall });
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, width, tall);
  let y = margin;
  const write = (blocks) => {
    for (const each of blocks)
      for (const line of each.lines) {
        Object.assign(pen, { font: each.font, fillStyle: each.colour, textBaseline: 'middle' });
        pen.fillText(line, margin, y + each.step / 2);
        y += each.step;
      }
  };
  write(head);
  pen.drawImage(picture, margin, y, inner, high);
  y += high;
  write([heading]);
  for (const row of rows) {
    row.swatch(pen, margin + row.x, y + row.y + 13);
    Object.assign(pen, { font: font(40), fillStyle: ink });
    pen.fillText(row.text, margin + row.x + 84, y + row.y + 31);
  }
  y += rows.at(-1).y + 62 + 30;
  write(foot);
  canvas.toBlob((blob) => save(blob, `quyu-atlas-${data.years[now.year]}-${dimension().key.replace(/[^\w-]/g, '_')}-${now.lang}.png`));
}

// The legend's entries, each with its place in rows of a width.
function entries(pen, font, width) {
  const box = (paint) => (at, x, y) => {
    at.save();
    at.beginPath();
    at.rect(x, y, 66, 36);
    paint(at, x, y);
    at.restore();
    at.save();
    Object.assign(at, { lineWidth: 2, strokeStyle: '#7d8790' });
    at.strokeRect(x, y, 66, 36);
    at.restore();
  };
  const flat = (colour) => box((at) => {
    at.fillStyle = colour;
    at.fill();
  });
  // As on the map: a pair is a bow with a head, a border a line with corners.
  const line = (width, dash, trace) => (at, x, y) => {
    at.save();
    at.translate(x, y);
    Object.assign(at, { lineWidth: width, strokeStyle: '#111', fillStyle: '#111' });
    at.setLineDash(dash);
    at.beginPath();
    trace(at);
    at.restore();
  };
  const pair = (at) => {
    at.moveTo(0, 32);
    at.quadraticCurveTo(24, -4, 50, 20);
    at.stroke();
    at.beginPath();
    for (const corner of [[66, 36], [55, 11], [40, 26]]) at.lineTo(...corner);
    at.fill();
  };
  const border = (at) => {
    for (const corner of [[0, 24], [18, 10], [34, 26], [48, 12], [66, 18]]) at.lineTo(...corner);
    at.stroke();
  };
  const hatch = box((at, x, y) => {
    at.clip();
    at.fillStyle = '#ececec';
    at.fill();
    at.strokeStyle = '#a6a6a6';
    at.lineWidth = 3;
    for (let from = -36; from < 66; from += 17) {
      at.beginPath();
      at.moveTo(x + from, y + 36);
      at.lineTo(x + from + 36, y);
      at.stroke();
    }
  });
  const ring = (at, x, y) => {
    at.save();
    Object.assign(at, { lineWidth: 4, strokeStyle: ink });
    at.beginPath();
    at.arc(x + 33, y + 18, 11, 0, 2 * Math.PI);
    at.stroke();
    at.restore();
  };
  const chosen = dimension().colours.map((colour, row) => [flat(colour), called(row)]).reverse();
  if (units.some(unsure)) chosen.push([ring, data.texts.uncertain[now.lang]]);
  chosen.push([hatch, say('map.no_data')]);
  if (now.ties) chosen.push([now.ties === 'proposed' ? line(9, [], pair) : line(6, [13, 8], pair), atlas(`arc_${now.ties}`, { year: data.year })]);
  if (now.outline) chosen.push([line(8, [], border), data.groups[now.outline].border[now.lang]]);
  pen.font = font;
  let [x, y] = [0, 0];
  return chosen.map(([swatch, text]) => {
    const wide = 84 + pen.measureText(text).width + 44;
    if (x && x + wide > width) [x, y] = [0, y + 62];
    const place = { x, y, swatch, text };
    x += wide;
    return place;
  });
}
