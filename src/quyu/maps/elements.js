// What the atlas and the explored map are both built of.
const $ = (id) => document.getElementById(id);
const data = JSON.parse($('data').textContent);
// Every text from the data enters the page through textContent, never as markup.
const make = (tag, text = '', className = '') =>
  Object.assign(document.createElement(tag), { textContent: text, className });
const drawn = (tag, attributes) => {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [key, text] of Object.entries(attributes)) element.setAttribute(key, text);
  return element;
};
// The points of a path's text, `M` and `l` as quyu.maps.svg writes them: one list for each ring or line.
const read = (text) =>
  [...text.matchAll(/M(-?\d+) (-?\d+)(?:l([^zM]*)|L(\d+) (\d+))/g)].map(([, x, y, steps]) => {
    const points = [[Number(x), Number(y)]];
    const moves = (steps ?? '').match(/-?\d+/g) ?? [];
    for (let at = 0; at < moves.length; at += 2) {
      const [east, south] = points.at(-1);
      points.push([east + Number(moves[at]), south + Number(moves[at + 1])]);
    }
    return points;
  });
