// Units, dashes, names and the inset from the page's JSON; every text enters through textContent.
const frame = $('frame');

// What Folium's own layers expect of a page: Leaflet's marker, coloured pins, jQuery for popups.
Object.assign(L.Icon.Default.prototype.options, data.icons);
const Pin = L.DivIcon.extend({
  options: { className: 'pin', iconSize: [25, 41], iconAnchor: [12, 41], popupAnchor: [1, -34], tooltipAnchor: [16, -28] },
  createIcon(old) {
    const element = L.DivIcon.prototype.createIcon.call(this, old);
    const pin = drawn('svg', { viewBox: '0 0 25 41', width: 25, height: 41 });
    const style = { fill: (this.options.markerColor ?? 'blue').replace(/^(cadet|light|dark)(?=red|purple)/, ''), stroke: '#fff' };
    pin.append(drawn('path', { ...style, d: 'M12.5 1C6 1 1 6 1 12.4 1 21 12.5 40 12.5 40S24 21 24 12.4C24 6 19 1 12.5 1z' }));
    pin.append(drawn('circle', { cx: 12.5, cy: 12.5, r: 4.5, fill: this.options.iconColor ?? '#fff' }));
    element.append(pin);
    return element;
  },
});
L.AwesomeMarkers = { Icon: Pin, icon: (options) => new Pin(options) };
window.$ ??= (given) => {
  if (typeof given !== 'string') return { ready: (act) => act() };
  const held = document.createElement('template');
  held.innerHTML = given.trim();
  return [...held.content.children];
};

const [west, north] = data.origin;
const latlng = ([x, y]) => L.CRS.EPSG3857.unproject(L.point(west + x * data.step, north - y * data.step));
const lines = (text) => read(text).map((line) => line.map(latlng));
const still = { interactive: false, smoothFactor: 0 };
const names = map.createPane('names');
names.style.zIndex = 450; // above what is drawn, below markers
names.style.pointerEvents = 'none';

for (const unit of data.units) {
  const shape = L.polygon(lines(unit.path), {
    weight: 0.8, color: '#7d8790', fillColor: unit.fill ?? 'url(#blank)', fillOpacity: data.online ? 0.75 : 1, smoothFactor: 0,
  }).addTo(map);
  const facts = data.told[unit.code] ?? [];
  shape.bindTooltip(() => tip(unit.name, facts), { sticky: true, opacity: 1, className: 'tip' });
  const path = shape.getElement();
  path.dataset.code = unit.code;
  path.setAttribute('tabindex', '0');
  path.setAttribute('role', 'img');
  path.setAttribute('aria-label', unit.name + data.words.title_of + facts.map((fact) => fact.join(' ')).join(data.words.and));
}
L.polyline(lines(data.coast), { ...still, color: '#5484a6', weight: 0.8, className: 'coast' }).addTo(map);
if (data.border) L.polyline(lines(data.border), { ...still, color: '#222', weight: 1.5, className: 'border' }).addTo(map);
for (const [text, className] of [[data.dashes, 'dashes'], [data.far, 'dashes sea-dashes']])
  if (text) L.polyline(lines(text), { ...still, color: '#444', weight: 2, className }).addTo(map);

function tip(name, facts) {
  const box = make('div');
  box.append(make('b', name));
  for (const [head, text] of facts) {
    const row = make('span');
    row.append(make('em', head), ' ', text);
    box.append(row);
  }
  return box;
}

function label(text, at, className, direction = 'center') {
  L.tooltip({ permanent: true, interactive: false, opacity: 1, pane: 'names', direction, className })
    .setLatLng(latlng(at))
    .setContent(text)
    .addTo(map);
}
for (const { text, at, leader, dark, unsure, free } of data.labels) {
  if (leader) L.polyline(leader.map(latlng), { ...still, color: '#555', weight: 0.8, className: 'name' }).addTo(map);
  label(make('span', text, dark ? 'dark' : ''), at, `name${unsure ? ' unsure' : ''}${free ? ' free' : ''}`);
}
if (data.capital) label(make('span', '★'), data.capital, 'name');
const islands = (places, className) => {
  for (const { text, at, side } of places) {
    L.circleMarker(latlng(at), { ...still, radius: 1.2, color: '#222', fillOpacity: 1, weight: 0.8 }).addTo(map);
    label(make('span', text), at, className, side === 'end' ? 'left' : 'right');
  }
};
islands(data.north, 'name place');
islands(data.islands, 'name place sea-name'); // the inset has them until the map is near

// The inset: the same paths, cut out by the view box.
function inset() {
  const [[x0, y0], [x1, y1]] = data.sea;
  const [wide, high] = [x1 - x0, y1 - y0];
  const sheet = drawn('svg', { viewBox: `${x0} ${y0} ${wide} ${high}`, class: 'sea', role: 'img', 'aria-label': data.words.south_china_sea });
  sheet.append(drawn('path', { fill: '#fff', d: `M${x0} ${y0}h${wide}v${high}h${-wide}z` }));
  for (const unit of data.units.filter(({ code }) => data.near.includes(code)))
    sheet.append(drawn('path', { d: unit.path, fill: unit.fill ?? 'url(#blank-km)', 'fill-rule': 'evenodd', stroke: '#7d8790', 'stroke-width': wide / 200 }));
  sheet.append(drawn('path', { d: data.far, fill: 'none', stroke: '#444', 'stroke-width': wide / 70, 'stroke-linecap': 'round' }));
  const write = (text, x, y, style) => {
    const element = drawn('text', { x, y, ...style });
    element.textContent = text;
    sheet.append(element);
  };
  for (const { text, at: [cx, cy], text_at: [x, y], side } of data.islands) {
    sheet.append(drawn('circle', { cx, cy, r: wide / 110, fill: '#222' }));
    write(text, x, y, { 'text-anchor': side });
  }
  write(data.words.south_china_sea, x1 - wide / 40, y1 - high / 40, { 'text-anchor': 'end', class: 'title' });
  return sheet;
}
const corner = L.control({ position: 'bottomright' });
corner.onAdd = () => {
  const box = make('div', '', 'inset');
  box.append(inset());
  return box;
};
if (data.sea) corner.addTo(map);

map.attributionControl.setPrefix(false);
map.zoomControl._zoomInButton.title = data.words.zoom_in;
map.zoomControl._zoomOutButton.title = data.words.zoom_out;
for (const button of [map.zoomControl._zoomInButton, map.zoomControl._zoomOutButton]) button.setAttribute('aria-label', button.title);
map.on('focus', () => map.scrollWheelZoom.enable());
map.on('blur', () => map.scrollWheelZoom.disable());

// Until the reader moves it, the map fits its frame; where it is narrow, above the inset.
const far = () => {
  frame.classList.toggle('far', map.getZoom() < 3.4);
  frame.classList.toggle('near', map.getZoom() >= 5);
};
const fit = () => {
  map.invalidateSize({ animate: false, pan: false });
  if (!map.getSize().x || !map.getSize().y) return; // in a notebook a frame may load unseen
  const below = data.sea && map.getSize().x < 600 ? corner.getContainer().offsetHeight : 0;
  map.fitBounds(data.frame.map(latlng), { paddingTopLeft: [4, 4], paddingBottomRight: [4, 4 + below], animate: false });
};
let moved = false;
map.on('zoomend', far);
map.on('mousedown touchstart', () => (moved = true));
new ResizeObserver(() => moved || fit()).observe(frame);
fit();
far();
