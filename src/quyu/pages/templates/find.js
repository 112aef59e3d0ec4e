// Finds a province in the ranking of this page; the page reads the same without it.
"use strict";
const form = document.getElementById("find");
const text = document.getElementById("find-text");
const hits = document.getElementById("find-hits");
const rows = [...document.querySelectorAll("td[data-find]")];
form.hidden = false;

function show() {
  // A name copied from the page brings the marks that keep its direction to itself.
  const plain = text.value.replace(/\p{Bidi_Control}/gu, "");
  const asked = plain.trim().toLowerCase().split(/\s+/).join(" ");
  const found = asked ? rows.filter((row) => row.dataset.find.includes(asked)) : [];
  const items = found.slice(0, 8).map((row) => {
    const link = row.querySelector("a");
    const item = document.createElement("li");
    const shown = document.createElement("a");
    row.id ||= "row-" + rows.indexOf(row);
    shown.href = link ? link.getAttribute("href") : "#" + row.id;
    shown.textContent = row.dataset.hit;
    item.append(shown);
    return item;
  });
  if (asked && !found.length) {
    const item = document.createElement("li");
    item.textContent = form.dataset.none;
    items.push(item);
  }
  hits.replaceChildren(...items);
}

text.addEventListener("input", show);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  hits.querySelector("a")?.click();
});
