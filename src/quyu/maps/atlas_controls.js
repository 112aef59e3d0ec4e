// What a reader can do: change language, year, dimension, borders, pairs; search; close.
// Last of the parts: it starts the page.
function close() {
  for (const shape of shapes.values()) shape.closeTooltip();
  pick(null);
  play(false);
}

function options(select, pairs, chosen) {
  $(select).replaceChildren(...pairs.map(([key, text]) => new Option(text, key)));
  $(select).selectedIndex = chosen;
}

// Every text of the page in the chosen language.
function speak(lang) {
  now.lang = lang;
  document.documentElement.lang = data.languages[lang];
  for (const drawing of document.querySelectorAll('#sheet, #inset, .sea')) drawing.setAttribute('lang', data.languages[lang]);
  document.title = data.texts.title[lang];
  $('title').textContent = data.texts.title[lang];
  $('subtitle').textContent = data.texts.subtitle[lang];
  $('source').textContent = say('map.source', { source: data.texts.source[lang] });
  $('about').textContent = data.texts.about[lang];
  for (const each of document.querySelectorAll('[data-say]')) each.textContent = say(each.dataset.say);
  for (const button of $('languages').children) button.setAttribute('aria-pressed', String(button.value === lang));
  $('languages').setAttribute('aria-label', atlas('language'));
  $('frame').setAttribute('aria-label', atlas('map'));
  $('home').href = data.texts.home[lang];
  options('dimension', data.dimensions.map((each) => [each.key, each.label[lang]]), now.dimension);
  const choices = ['', ...Object.keys(data.groups)];
  options('outlines', choices.map((key) => [key, key ? data.groups[key].called[lang] : atlas('no_outline')]), choices.indexOf(now.outline));
  const ties = ['', ...kinds()];
  options('ties', ties.map((key) => [key, atlas(key || 'no_ties')]), ties.indexOf(now.ties));
  $('known').replaceChildren(
    ...units.map((unit) => {
      const all = new Set(Object.values(data.names).map((names) => names[unit]));
      return new Option([...all].join(' '), data.names[lang][unit]);
    }),
  );
  for (const [side, key] of [['in', 'zoom_in'], ['out', 'zoom_out']]) {
    const button = document.querySelector(`.leaflet-control-zoom-${side}`);
    button.title = atlas(key);
    button.setAttribute('aria-label', atlas(key));
  }
  play(false);
  place();
  draw();
}

// The years one after another; where a reader wants no motion, one year for each press.
let playing = 0;
function play(on) {
  clearInterval(playing);
  playing = 0;
  if (on) {
    const last = data.years.length - 1;
    turn(now.year === last ? 0 : now.year + 1);
    if (calm() || now.year === last) return play(false);
    playing = setInterval(() => {
      turn(now.year + 1);
      if (now.year === last) play(false);
    }, 1200);
  }
  $('play').textContent = atlas(playing ? 'pause' : calm() ? 'next' : 'play');
  return undefined;
}

function turn(year) {
  now.year = year;
  draw();
}

function find() {
  const asked = $('find').value;
  if (!asked.trim()) return;
  const found = meant(asked);
  if (found.length === 1) {
    approach(found[0]);
    pick(found[0]);
    $('find').value = '';
    return;
  }
  $('picked').textContent = found.length ? atlas('several', { name: asked, names: list(found) }) : atlas('unknown', { name: asked });
}

// Everything as the state now says.
function view() {
  outline();
  arcs();
  speak(now.lang);
}

function start() {
  for (const id of ['frame', 'side', 'languages', 'controls']) $(id).hidden = false;
  document.body.classList.add('live');
  $('still').hidden = true;
  $('table').open = false;
  $('ties-choice').hidden = !data.arcs.length;
  Object.assign($('year'), { min: 0, max: data.years.length - 1 });
  home(); // first, so that every layer is drawn once, at its size
  build();
  look();
  view();
  told = true;
  addEventListener('hashchange', () => {
    told = false;
    look();
    view();
    told = true;
  });
  $('dimension').addEventListener('change', (event) => {
    now.dimension = event.target.selectedIndex;
    draw();
  });
  $('year').addEventListener('input', (event) => {
    play(false);
    turn(Number(event.target.value));
  });
  $('play').addEventListener('click', () => play(!playing));
  $('outlines').addEventListener('change', (event) => {
    now.outline = event.target.value;
    tell();
    outline();
    legend();
    ranking();
  });
  $('ties').addEventListener('change', (event) => {
    now.ties = event.target.value;
    arcs();
    draw();
  });
  $('find').addEventListener('change', find);
  $('whole').addEventListener('click', home);
  $('languages').addEventListener('click', (event) => event.target.value && speak(event.target.value));
  $('table').addEventListener('toggle', table);
  $('csv').addEventListener('click', csv);
  $('png').addEventListener('click', png);
  document.addEventListener('keydown', (event) => event.key === 'Escape' && close());
  addEventListener('beforeprint', () => {
    $('table').open = true;
    table();
    redraw();
  });
  map.on('zoomend', () => {
    near();
    arcs();
  });
  // A phone's bars come and go while the page is scrolled: only another width is another map.
  let wide = $('frame').clientWidth;
  addEventListener('resize', () => {
    if ($('frame').clientWidth === wide) return;
    wide = $('frame').clientWidth;
    home();
  });
}

start();
