// One layer of provinces on a Leaflet map, redrawn for a dimension and a year.
// Every text from the data enters the page through textContent.
((map) => {
  'use strict';
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const data = read('data');
  const words = data.words;
  const $ = (id) => document.getElementById(id);
  const make = (tag, text = '', className = '') =>
    Object.assign(document.createElement(tag), { textContent: text, className });
  const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, key) => values[key]);
  const at = ([x, y]) => [y, x];
  const box = ([west, south, east, north]) => [[south, west], [north, east]];

  let dimension = data.dimensions[0];
  let year = data.years.indexOf(data.year);
  let picked = null;

  const value = (code) => dimension.values[code]?.[year] ?? null;
  const rank = (code) => dimension.ranks[code]?.[year] ?? null;
  const place = (number) => dimension.breaks.filter((edge) => number >= edge).length;
  const colour = (number) => dimension.colours[place(number)];
  const shown = (number) => number.toFixed(1).replace('-', '−');
  const scored = () =>
    Object.keys(data.names)
      .filter((code) => value(code) !== null)
      .sort((one, other) => rank(one) - rank(other));
  const says = (code) =>
    value(code) === null
      ? words.blank
      : fill(words.placed, { value: shown(value(code)), rank: rank(code), of: scored().length });

  // The map: geometry once, restyled for every change.
  $('still').hidden = true;
  $('table').open = false;
  $('atlas').hidden = false;
  const ring = (steps) => {
    const points = [];
    let [x, y] = [0, 0];
    for (let step = 0; step < steps.length; step += 2)
      points.push([(x += steps[step]), (y += steps[step + 1])]);
    return points;
  };
  const features = Object.entries(read('land')).map(([id, polygons]) => ({
    type: 'Feature',
    id,
    geometry: { type: 'MultiPolygon', coordinates: polygons.map((rings) => rings.map(ring)) },
  }));
  const layer = L.geoJSON(features, {
    style: { weight: 0.8, color: '#7d8790', fillOpacity: 1 },
    smoothFactor: 0,
  }).addTo(map);
  const edge = L.geoJSON(null, {
    style: { color: '#111', weight: 2.4, fill: false, interactive: false },
    smoothFactor: 0,
  }).addTo(map);
  const shapes = new Map(layer.getLayers().map((shape) => [shape.feature.id, shape]));
  for (const line of data.dashes)
    L.polyline(line.map(at), { color: '#444', weight: 1.8, interactive: false }).addTo(map);
  const labels = new Map();
  for (const place of data.places) {
    if (place.unit)
      L.polyline([at(place.unit), at(place.at)], { color: '#555', weight: 0.8, interactive: false, className: 'name' }).addTo(map);
    if (place.dot)
      L.circleMarker(at(place.dot), { radius: 1.5, color: '#222', fillOpacity: 1, weight: 1, interactive: false }).addTo(map);
    const name = make('span', place.text);
    if (place.code && !place.unit) labels.set(place.code, name);
    L.tooltip({ permanent: true, opacity: 1, direction: 'center', className: place.dot ? 'name place' : 'name' })
      .setLatLng(at(place.at)).setContent(name).addTo(map);
  }
  $('inset').removeAttribute('hidden');
  L.svgOverlay($('inset'), box(data.inset), { interactive: false }).addTo(map);

  function tip(code) {
    const box = make('div');
    box.append(make('b', data.names[code]), says(code));
    return box;
  }
  for (const [code, shape] of shapes) {
    const path = shape.getElement();
    path.setAttribute('tabindex', '0');
    path.setAttribute('role', 'button');
    shape.bindTooltip(() => tip(code), { sticky: true, opacity: 1, className: 'tip' });
    shape.on('click', () => pick(code));
    path.addEventListener('focus', () => {
      if (path.matches(':focus-visible')) shape.openTooltip(shape.getBounds().getCenter());
    });
    path.addEventListener('blur', () => shape.closeTooltip());
    path.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        pick(code);
      }
    });
  }
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') pick(null);
  });

  // The picked province stands in words above the ranking, with its report.
  function pick(code) {
    if (picked) shapes.get(picked).closeTooltip();
    picked = code;
    draw();
  }

  function paint() {
    for (const [code, shape] of shapes) {
      const number = value(code);
      labels.get(code)?.classList.toggle('dark', number !== null && dimension.dark[place(number)]);
      shape.setStyle({ fillColor: number === null ? 'url(#blank)' : colour(number) });
      shape.getElement().setAttribute('aria-label', `${data.names[code]} ${says(code)}`);
    }
    edge.clearLayers();
    if (picked) edge.addData(shapes.get(picked).feature);
    for (const path of $('inset').querySelectorAll('[data-code]')) {
      const number = value(path.dataset.code);
      path.setAttribute('fill', number === null ? 'url(#blank)' : colour(number));
    }
  }

  function legend() {
    const rows = dimension.colours.map((shade, row) => {
      const entry = make('span');
      const swatch = make('i');
      swatch.style.background = shade;
      entry.append(swatch, dimension.classes[row]);
      return entry;
    });
    const entry = make('span');
    entry.append(make('i', '', 'blank'), words.blank);
    $('legend').replaceChildren(make('b', `${dimension.label}（${data.method}）`), ...rows, entry);
  }

  function ranking() {
    const most = Math.max(...Object.values(dimension.values).flat().filter((each) => each !== null));
    const rows = scored().map((code) => {
      const row = make('li', '', code === picked ? 'on' : '');
      const bar = make('i');
      bar.style.background = colour(value(code));
      bar.style.width = `${Math.max(0, (value(code) / most) * 100)}%`;
      const name = data.links[code] ? make('a', data.names[code]) : make('span', data.names[code]);
      if (data.links[code]) name.href = data.links[code];
      row.append(make('span', rank(code)), name, bar, make('span', shown(value(code))));
      row.addEventListener('click', () => pick(code));
      return row;
    });
    $('ranking').replaceChildren(...rows);
    const blank = Object.keys(data.names).filter((code) => value(code) === null);
    $('without').textContent = blank.length
      ? fill(words.without, { names: blank.map((code) => data.names[code]).join('、') })
      : '';
  }

  function sentence() {
    $('now').textContent = fill(words.now, { label: dimension.label, year: data.years[year] });
    $('year-now').textContent = data.years[year];
    $('year').setAttribute('aria-valuetext', data.years[year]);
    const line = $('picked');
    line.replaceChildren(picked ? `${data.names[picked]}：${says(picked)}` : words.hint);
    if (picked && data.links[picked]) {
      const link = make('a', words.report);
      link.href = data.links[picked];
      line.append(' ', link);
    }
  }

  function draw() {
    paint();
    legend();
    ranking();
    sentence();
  }

  for (const each of data.dimensions) $('dimension').append(new Option(each.label, each.key));
  $('dimension').addEventListener('change', (event) => {
    dimension = data.dimensions[event.target.selectedIndex];
    draw();
  });
  Object.assign($('year'), { min: 0, max: data.years.length - 1, value: year });
  $('year').addEventListener('input', (event) => {
    year = Number(event.target.value);
    draw();
  });

  // At home the map fills its frame, so dragging there is left to the page (a finger scrolls on).
  function home() {
    map.invalidateSize();
    map.setMinZoom(-9);
    map.fitBounds(box(data.frame), { animate: false });
    map.setMinZoom(map.getZoom());
    near();
  }
  function near() {
    const inside = map.getZoom() > map.getMinZoom() + 0.01;
    map.dragging[inside ? 'enable' : 'disable']();
    $('frame').classList.toggle('near', inside);
    if (!inside) map.fitBounds(box(data.frame), { animate: false });
  }
  draw();
  home();
  addEventListener('beforeprint', () => ($('table').open = true));
  map.on('zoomend', near);
  addEventListener('resize', home);
})(map_atlas);
