// The view in the address, so that it can be kept and sent; what it does not say, or says of
// something that there is not, stays as it is.
const kinds = () => ['proposed', 'official'].filter((kind) => data.arcs.some((arc) => arc[3] === (kind === 'official')));
function look() {
  const asked = new URLSearchParams(location.hash.slice(1));
  const among = (key, all, was) => (all.includes(asked.get(key)) ? all.indexOf(asked.get(key)) : was);
  now.dimension = among('goal', data.dimensions.map((each) => each.key), now.dimension);
  now.year = among('year', data.years.map(String), now.year);
  now.picked = places.get(asked.get('p')) ?? now.picked;
  const [groups, ties] = [['', ...Object.keys(data.groups)], ['', ...kinds()]];
  now.outline = groups[among('border', groups, groups.indexOf(now.outline))];
  now.ties = ties[among('ties', ties, ties.indexOf(now.ties))];
}
let told = false; // an address that nobody asked for is left bare
function tell() {
  if (!told) return;
  const view = new URLSearchParams({ goal: dimension().key, year: data.years[now.year] });
  const more = { p: now.picked === null ? '' : data.codes[now.picked], border: now.outline, ties: now.ties };
  for (const [key, text] of Object.entries(more)) if (text) view.set(key, text);
  history.replaceState(null, '', `#${view}`);
}
