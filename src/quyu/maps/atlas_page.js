// What is written round the map: legend, ranking, the picked province, table.
function legend() {
  const { method, colours } = dimension();
  const entry = (swatch, text) => {
    const row = make('span');
    row.append(swatch, text);
    return row;
  };
  const colour = (shade, className = '') => {
    const swatch = make('i', '', className);
    swatch.style.background = shade;
    return swatch;
  };
  const rows = colours.map((shade, row) => entry(colour(shade), called(row))).reverse();
  if (units.some(unsure)) rows.push(entry(make('i', '', 'ring'), data.texts.uncertain[now.lang]));
  rows.push(entry(make('i', '', 'blank'), say('map.no_data')));
  if (now.outline) {
    rows.push(entry(make('i', '', 'seam'), data.groups[now.outline].border[now.lang]));
    data.groups[now.outline].names[now.lang].forEach((group, row) =>
      rows.push(entry(colour(data.groups[now.outline].colours[row], 'mark'), group)),
    );
  }
  if (now.ties) rows.push(entry(make('i', '', `bow ${now.ties}`), atlas(`arc_${now.ties}`, { year: data.year })));
  $('legend').replaceChildren(make('b', method[now.lang] + inUnit(dimension())), ...rows);
}

function ranking() {
  const most = dimension().values.flat().reduce((found, each) => Math.max(found, each ?? found), -Infinity);
  const group = now.outline ? data.groups[now.outline] : null;
  const rows = scored().map((unit) => {
    const row = make('li', '', unit === now.picked ? 'on' : '');
    const bar = make('i');
    bar.style.background = fill(unit);
    bar.style.width = `${most > 0 ? Math.max(0, (value(unit) / most) * 100) : 0}%`;
    const href = data.links[now.lang][data.codes[unit]];
    const text = make(href ? 'a' : 'span', data.names[now.lang][unit], 'unit');
    if (href) text.href = href;
    if (group && group.of[unit] !== null) text.style.borderLeft = `4px solid ${group.colours[group.of[unit]]}`;
    const [low, high] = certain(unit);
    row.append(make('span', rank(unit) ?? ''), text, bar, make('span', shown(value(unit))), make('span', low === null ? '' : between(low, high), 'quiet'));
    row.addEventListener('click', () => pick(unit));
    return row;
  });
  $('ranking').className = now.dimension === 0 ? 'within' : '';
  $('ranking').replaceChildren(...rows);
  const blank = units.filter((unit) => value(unit) === null);
  $('without').textContent = blank.length ? atlas('without', { names: list(blank) }) : '';
}

function heading() {
  const year = data.years[now.year];
  $('now').textContent = atlas('now', { label: dimension().label[now.lang], year });
  $('year-now').textContent = year;
  $('year').value = now.year;
  $('year').setAttribute('aria-valuetext', year);
}

// The picked province stands in words above the ranking, with its report.
function picked() {
  const line = make('span');
  const href = now.picked === null ? '' : data.links[now.lang][data.codes[now.picked]];
  if (now.picked === null) line.append(make('span', atlas(touched() ? 'hint_touch' : 'hint'), 'quiet'));
  else line.append(make('b', atlas('title_of', { name: name(now.picked) })), sentence(now.picked));
  if (href) line.append(' ', Object.assign(make('a', atlas('report')), { href }));
  if ($('beside')) $('beside').href = data.texts.beside[now.lang] + (now.picked === null ? '' : `#near=${data.codes[now.picked]}`);
  // A live region that is written again is read again: only what has changed is written.
  if ($('picked').innerHTML !== line.innerHTML) $('picked').replaceChildren(...line.childNodes);
}

function table() {
  const year = data.years[now.year];
  const [summary, wide] = $('table').children;
  summary.textContent = atlas('table', { year });
  wide.setAttribute('aria-label', summary.textContent);
  if (!$('table').open) return;
  const { values: firsts, ranks } = data.dimensions[0];
  const cell = (number, decimals) => (number === null ? atlas('missing') : digits(number, decimals));
  const head = make('tr');
  const heads = [atlas('province'), atlas('rank'), data.texts.interval[now.lang], ...data.dimensions.map((each) => each.label[now.lang] + inUnit(each))];
  head.append(...heads.map((text) => Object.assign(make('th', text), { scope: 'col' })));
  const order = units
    .filter((one) => data.dimensions.some((each) => each.values[one][now.year] !== null))
    .sort((one, other) => (ranks[one][now.year] ?? 99) - (ranks[other][now.year] ?? 99));
  const rows = order.map((one) => {
    const row = make('tr');
    const [low, high] = [data.certainty.low[one][now.year], data.certainty.high[one][now.year]];
    const texts = [
      firsts[one][now.year] === null ? atlas('missing') : ranks[one][now.year],
      low === null ? atlas('missing') : between(low, high),
      ...data.dimensions.map((each) => cell(each.values[one][now.year], each.decimals)),
    ];
    row.append(Object.assign(make('th', data.names[now.lang][one]), { scope: 'row' }), ...texts.map((text) => make('td', text)));
    return row;
  });
  wide.querySelector('thead').replaceChildren(head);
  wide.querySelector('tbody').replaceChildren(...rows);
}

function draw() {
  tell();
  paint();
  legend();
  ranking();
  heading();
  picked();
  table();
  refresh();
}

function pick(unit) {
  if (now.picked !== null) shapes.get(now.picked).closeTooltip();
  now.picked = unit;
  tell();
  paint();
  arcs();
  ranking();
  picked();
}
