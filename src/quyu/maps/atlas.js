// What there is to say of each province in the language, dimension and year that were chosen.
// The parts atlas*.js are one script: this one first; atlas_controls.js, the last, starts the page.
const now = {
  lang: data.lang,
  dimension: 0,
  year: data.years.indexOf(data.year),
  picked: null, // the place of a province in data.codes
  outline: '',
  ties: '', // '', 'proposed' or 'official'
};
const places = new Map(data.codes.map((code, place) => [code, place]));
const units = data.codes.map((_, place) => place);

const say = (key, values = {}) =>
  data.words[now.lang][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
const atlas = (key, values) => say(`atlas.${key}`, values);

const dimension = () => data.dimensions[now.dimension];
const value = (unit, year = now.year) => dimension().values[unit][year];
const rank = (unit) => (dimension().ranked ? dimension().ranks[unit][now.year] : null);
const classOf = (unit) => dimension().places[unit][now.year];
const called = (place) => dimension().classes[now.lang][place];
// What holds for all units of a dimension and year is worked out once: there may be thousands.
const once = (make) => {
  let [of, held] = [null, null];
  return () => {
    const at = `${now.dimension} ${now.year}`;
    if (of !== at) [of, held] = [at, make()];
    return held;
  };
};
const scored = once(() =>
  units
    .filter((unit) => value(unit) !== null)
    .sort((one, other) => dimension().ranks[one][now.year] - dimension().ranks[other][now.year]),
);
const medians = once(() => {
  const both = units.map((one) => [value(one), value(one, now.year - 1)]).filter((ends) => !ends.includes(null));
  return [0, 1].map((end) => median(both.map((each) => each[end])));
});

// What is known of how sure a rank is belongs to the first dimension.
const certain = (unit) =>
  now.dimension === 0 && value(unit) !== null
    ? ['low', 'high', 'sure', 'second'].map((what) => data.certainty[what][unit][now.year])
    : [null, null, null, null];
const unsure = (unit) => {
  const sure = certain(unit)[2];
  return sure !== null && sure < data.sure;
};
const between = (low, high) => (low === high ? `${low}` : `${low}–${high}`);

const digits = (number, decimals = dimension().decimals) => number.toFixed(decimals).replace('-', '−');
const inUnit = ({ unit }) => (unit[now.lang].trim() ? atlas('in_unit', { unit: unit[now.lang].trim() }) : '');
const shown = (number) => digits(number) + dimension().unit[now.lang];
// A name may hold letters or marks that turn the direction of what follows; the isolate ends with it.
const name = (unit) => {
  const text = data.names[now.lang][unit];
  return /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]|\p{Bidi_Control}/u.test(text) ? `\u2068${text}\u2069` : text;
};
const median = (numbers) => {
  const ordered = [...numbers].sort((one, other) => one - other);
  return (ordered[Math.floor((ordered.length - 1) / 2)] + ordered[Math.ceil((ordered.length - 1) / 2)]) / 2;
};
const list = (chosen) => chosen.map(name).join(data.words[now.lang].join);

// Against the nation: the unit's own change less that of the nation's median, of those in both years.
function change(unit) {
  if (!dimension().ranked || !now.year || data.years[now.year - 1] !== data.years[now.year] - 1) return '';
  const ends = [value(unit), value(unit, now.year - 1)];
  if (ends.includes(null)) return '';
  // Of the figures as they are shown, so that a reader's own subtraction comes out alike.
  const round = (number) => Number(number.toFixed(dimension().decimals));
  const [here, before] = [0, 1].map((end) => round(ends[end]) - round(medians()[end]));
  const text = digits(here - before);
  const flat = !/[1-9]/.test(text);
  return atlas('change', { change: flat ? text.replace('−', '') : here > before ? `+${text}` : text });
}

// The class of the first dimension with its share of the draws; on the border both that compete.
function tier(unit, sure, second) {
  const share = sure < 1 && sure >= 0.995 ? '>99%' : `${Math.round(sure * 100)}%`;
  const key = unsure(unit) && second !== null ? 'border' : 'sure';
  return atlas(key, { tier: called(classOf(unit)), second: called(second), share });
}

// The facts of one province, each a phrase.
function facts(unit) {
  if (value(unit) === null) return [say('map.no_data')];
  const [low, high, sure, second] = certain(unit);
  const place = { rank: rank(unit), of: scored().length, low, high };
  return [
    shown(value(unit)),
    rank(unit) === null ? '' : atlas(low === null ? 'placed' : 'placed_within', place),
    sure === null ? '' : tier(unit, sure, second),
    change(unit),
    ...partners(unit),
  ].filter(Boolean);
}
const sentence = (unit) => facts(unit).join(atlas('and'));

// The pairs of the kind that was chosen: giver, receiver, stability.
const pairs = () =>
  data.arcs
    .filter(([, , , official]) => now.ties === (official ? 'official' : 'proposed'))
    .map(([giver, receiver, stability]) => [places.get(giver), places.get(receiver), stability]);
function partners(unit) {
  const given = pairs().filter(([giver]) => giver === unit).map(([, receiver]) => receiver);
  const received = pairs().filter(([, receiver]) => receiver === unit).map(([giver]) => giver);
  return [
    given.length ? atlas(`gives_${now.ties}`, { names: list(given) }) : '',
    received.length ? atlas(`receives_${now.ties}`, { names: list(received) }) : '',
  ];
}

// The provinces that a reader's words may mean, in any of the three scripts or by code.
function meant(words) {
  const asked = words.trim().toLowerCase();
  if (!asked) return [];
  const names = (unit) => [data.codes[unit], ...Object.values(data.names).map((names) => names[unit].toLowerCase())];
  const tests = [(each) => each === asked, (each) => asked.startsWith(each), (each) => each.startsWith(asked), (each) => each.includes(asked)];
  for (const test of tests) {
    const found = units.filter((unit) => names(unit).some((each) => each && test(each)));
    if (found.length) return found;
  }
  return [];
}
