// The map: the page's own drawing read once into Leaflet, restyled for every change.
const sheet = $('sheet');
const linesOf = (path) => read(path.getAttribute('d'));
const latlng = ([x, y]) => [-y, x];
const at = (element, x, y) => [Number(element.getAttribute(x)), Number(element.getAttribute(y))];
const still = { interactive: false, smoothFactor: 0 };
const ink = '#222';

const rings = new Map(
  [...$('units').children].map((path) => [places.get(path.dataset.code), linesOf(path)]),
);
const features = [...rings].map(([unit, ring]) => ({
  type: 'Feature',
  id: unit,
  // All rings of a unit in one polygon: filled by the even-odd rule, holes and islands come right.
  geometry: { type: 'Polygon', coordinates: ring.map((points) => points.map(([x, y]) => [x, -y])) },
}));
const [, , width, height] = sheet.getAttribute('viewBox').split(' ').map(Number);
const frame = [[-height, 0], [0, width]];
let layer, edges, pointers, borders, bows;
const shapes = new Map();
const labels = new Map();
const named = new Map([...sheet.querySelectorAll('.names text')].map((each) => [places.get(each.dataset.code), each]));
// Where a unit's name stands in the language shown, whether it fits into its unit, whether a phone has
// room for it, and the line from the unit to a name beside it.
function spot(unit) {
  const [x, y, fits, free, ...line] = named.get(unit).dataset[now.lang === 'en' ? 'en' : 'zh'].split(' ').map(Number);
  return { at: [x, y], fits: fits === 1, free: free === 1, leader: line.length ? [line.slice(0, 2), line.slice(2)] : null };
}

function build() {
  layer = L.geoJSON(features, { style: { weight: 0.8, color: '#7d8790', fillOpacity: 1 }, smoothFactor: 0 }).addTo(map);
  for (const shape of layer.getLayers()) shapes.set(shape.feature.id, shape);
  for (const [id, color, weight] of [['coast', '#5484a6', 0.8], ['border', ink, 1.5]])
    for (const line of linesOf($(id))) L.polyline(line.map(latlng), { ...still, color, weight, className: id }).addTo(map);
  borders = L.layerGroup().addTo(map);
  for (const line of linesOf($('dashes'))) L.polyline(line.map(latlng), { ...still, color: '#444', weight: 1.8 }).addTo(map);
  bows = L.layerGroup().addTo(map);
  edges = L.layerGroup().addTo(map);
  pointers = L.layerGroup().addTo(map);
  if ($('capital')) L.polygon(linesOf($('capital')).map((line) => line.map(latlng)), { ...still, color: '#fff', weight: 0.6, fillColor: ink, fillOpacity: 1 }).addTo(map);
  for (const dot of sheet.querySelectorAll(':scope > .points circle'))
    L.circleMarker(latlng(at(dot, 'cx', 'cy')), { ...still, radius: 1.2, color: ink, fillOpacity: 1, weight: 0.8 }).addTo(map);
  for (const text of sheet.querySelectorAll(':scope > .names text, :scope > .points text')) {
    const label = make('span', text.textContent);
    if (text.dataset.say) label.dataset.say = text.dataset.say;
    const held = L.tooltip({ permanent: true, opacity: 1, direction: { end: 'left', start: 'right' }[text.style.textAnchor] ?? 'center', className: text.dataset.say ? 'name place' : 'name' })
      .setLatLng(latlng(at(text, 'x', 'y')))
      .setContent(label)
      .addTo(map);
    if (text.dataset.code) labels.set(places.get(text.dataset.code), { label, held });
  }
  for (const [unit, shape] of shapes) listen(unit, shape);
  if ($('inset')) inset();
}

function inset() {
  const sea = $('inset').cloneNode(true);
  const [x, y, wide, high] = ['x', 'y', 'width', 'height'].map((side) => Number(sea.getAttribute(side)));
  for (const side of ['x', 'y', 'width', 'height', 'id']) sea.removeAttribute(side);
  $('sea').append(sea.cloneNode(true)); // where the map is too narrow for legible names in its corner
  L.svgOverlay(sea, [[-y - high, x], [-y, x + wide]], { interactive: false }).addTo(map);
}

function listen(unit, shape) {
  const path = shape.getElement();
  path.setAttribute('tabindex', '0');
  path.setAttribute('role', 'button');
  // A finger presses what the panel below the map then tells.
  if (!touched()) shape.bindTooltip(() => tip(unit), { sticky: true, opacity: 1, className: 'tip' });
  shape.on('click', () => pick(unit));
  path.addEventListener('focus', () => {
    if (path.matches(':focus-visible')) shape.openTooltip(shape.getBounds().getCenter());
  });
  path.addEventListener('blur', () => shape.closeTooltip());
  path.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    pick(unit);
  });
}

// An open tooltip follows what is chosen.
function refresh() {
  for (const shape of shapes.values()) if (shape.getTooltip() && shape.isTooltipOpen()) shape.getTooltip().update();
}

function tip(unit) {
  const box = make('div');
  box.append(make('b', data.names[now.lang][unit]), ...facts(unit).map((fact) => make('span', fact)));
  return box;
}

// Where a unit's arcs begin: its name, or the unit itself where the name stands outside.
function middle(unit) {
  const { leader, at } = spot(unit);
  return leader ? leader[0] : at;
}
// Each name at its place in the language shown.
function place() {
  pointers.clearLayers();
  for (const [unit, { held }] of labels) {
    const { at, leader, free } = spot(unit);
    held.setLatLng(latlng(at));
    held.getElement().classList.toggle('free', free);
    if (leader) L.polyline(leader.map(latlng), { ...still, color: '#555', weight: 0.8, className: 'name' }).addTo(pointers);
  }
}

const fill = (unit, blank = 'blank') => (value(unit) === null ? `url(#${blank})` : dimension().colours[classOf(unit)]);
const isDark = (unit) => value(unit) !== null && dimension().dark[classOf(unit)];

function paint() {
  for (const [unit, shape] of shapes) {
    shape.setStyle({ fillColor: fill(unit) });
    shape.getElement().setAttribute('aria-label', atlas('title_of', { name: name(unit) }) + sentence(unit));
    shape.getElement().setAttribute('aria-pressed', String(unit === now.picked));
    const own = labels.get(unit); // of many units only those with room have a name
    if (!own) continue;
    own.label.textContent = data.names[now.lang][unit];
    own.label.classList.toggle('dark', isDark(unit) && spot(unit).fits);
    own.held.getElement().classList.toggle('unsure', unsure(unit));
  }
  for (const path of document.querySelectorAll('.sea [data-code]'))
    path.setAttribute('fill', fill(places.get(path.dataset.code), 'blank-km'));
  edges.clearLayers();
  if (now.picked === null) return;
  const around = rings.get(now.picked).map((points) => points.map(latlng));
  L.polygon(around, { ...still, color: '#fff', weight: 5, fill: false }).addTo(edges);
  L.polygon(around, { ...still, color: '#111', weight: 2.6, fill: false, className: 'picked' }).addTo(edges);
}

// Borders between groups of units: the sides that two units of different groups share.
const owners = new Map();
function seams(grouping) {
  if (!owners.size)
    for (const [unit, ring] of rings)
      for (const points of ring)
        points.forEach((end, place) => {
          const side = [points.at(place - 1), end].sort((one, other) => one[0] - other[0] || one[1] - other[1]);
          const key = side.join(' ');
          if (!owners.has(key)) owners.set(key, { side, units: [] });
          owners.get(key).units.push(unit);
        });
  const { of } = data.groups[grouping];
  return [...owners.values()]
    .filter(({ units: [one, other] }) => other !== undefined && of[one] !== of[other] && of[one] !== null && of[other] !== null)
    .map(({ side }) => side);
}

function outline() {
  borders.clearLayers();
  if (!now.outline) return;
  const lines = seams(now.outline).map((side) => side.map(latlng));
  L.polyline(lines, { ...still, color: '#fff', weight: 5 }).addTo(borders);
  L.polyline(lines, { ...still, color: '#111', weight: 2.4, className: 'seam' }).addTo(borders);
}

// An arc bends to the right of its way and ends short of the receiver's name: its points, its head,
// which is `size` kilometres long.
function bow(giver, receiver, size) {
  const [[x0, y0], [x1, y1]] = [middle(giver), middle(receiver)];
  const [cx, cy] = [(x0 + x1) / 2 - 0.22 * (y1 - y0), (y0 + y1) / 2 + 0.22 * (x1 - x0)];
  const stop = 1 - Math.min(0.25, (1.7 * size) / Math.hypot(x1 - x0, y1 - y0));
  const curve = Array.from({ length: 25 }, (_, step) => {
    const t = (step / 24) * stop;
    const on = (start, bend, end) => (1 - t) ** 2 * start + 2 * t * (1 - t) * bend + t ** 2 * end;
    return [on(x0, cx, x1), on(y0, cy, y1)];
  });
  const [[fx, fy], [tx, ty]] = curve.slice(-2);
  const [dx, dy] = [tx - fx, ty - fy].map((part) => (part / Math.hypot(tx - fx, ty - fy)) * size);
  const head = [[tx + dx, ty + dy], [tx - dy * 0.42, ty + dx * 0.42], [tx + dy * 0.42, ty - dx * 0.42]];
  return { curve, head };
}
// Wider and darker where more draws agree; of a picked province only its own arcs stand out.
function arcStyle([giver, receiver, stability]) {
  const away = now.picked !== null && now.picked !== giver && now.picked !== receiver;
  return {
    weight: 0.8 + 2.2 * (stability ?? 0.4),
    opacity: (away ? 0.15 : 1) * (0.45 + 0.5 * (stability ?? 0.7)),
    dashArray: now.ties === 'official' ? '6 4' : '',
  };
}

function arcs() {
  bows.clearLayers();
  const size = 80 * 2 ** (map.getMinZoom() - map.getZoom()); // the same on the screen at any zoom
  for (const pair of pairs()) {
    const { curve, head } = bow(pair[0], pair[1], size);
    const style = { ...still, ...arcStyle(pair), color: '#111' };
    L.polyline(curve.map(latlng), { ...still, color: '#fff', weight: style.weight + 2.4, opacity: style.opacity * 0.8 }).addTo(bows);
    L.polyline(curve.map(latlng), { ...style, className: 'arc' }).addTo(bows);
    L.polygon(head.map(latlng), { ...still, color: '#fff', weight: 0.8, opacity: style.opacity, fillColor: '#111', fillOpacity: style.opacity }).addTo(bows);
  }
}

// At home the map fills its frame, so dragging there is left to the page (a finger scrolls on).
function home() {
  map.invalidateSize({ animate: false });
  map.setMinZoom(-9);
  map.fitBounds(frame, { animate: false });
  map.setMinZoom(map.getZoom());
  near();
}
let settling = false;
function near() {
  const inside = map.getZoom() > map.getMinZoom() + 0.01;
  map.dragging[inside ? 'enable' : 'disable']();
  $('frame').classList.toggle('near', inside);
  if (inside || settling) return;
  settling = true; // fitting may end another zoom
  map.fitBounds(frame, { animate: false });
  settling = false;
}
const touched = () => matchMedia('(hover: none)').matches;
const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
function approach(unit) {
  const bounds = shapes.get(unit).getBounds();
  map.fitBounds(bounds.pad(0.6), { animate: !calm(), maxZoom: map.getMinZoom() + 2 });
}
