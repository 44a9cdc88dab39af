// What scripts add to pages that work without them: "/" to the query, suggestions while typing,
// filters that answer at once, a search inside long filter lists, copying a citation.

// The page says which language it is in; words that scripts add are said in it too (tests hold the two lists together).
const ENGLISH = { "기관": "Agencies", "부서": "Departments", "인물": "People", "국가": "Countries", "연락처": "Contacts", "주제": "Topics",
  "법령": "Laws", "통제체제": "Regimes", "HS 코드": "HS code", "단체": "Organisations", "검색어": "Query", "제안": "Suggestions", "복사함": "Copied" };
const say = (text) => (document.documentElement.lang === "en" ? ENGLISH[text] ?? text : text);

const KINDS = { agency: "기관", department: "부서", official: "인물", country: "국가", contact: "연락처", topic: "주제",
  law: "법령", regime: "통제체제", hscode: "HS 코드", organisation: "단체", phrase: "검색어" };

const make = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
};

// --- "/" goes to the query -----------------------------------------------------------------------

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
  const box = document.getElementById("q");
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});

// --- arrows go from hit to hit, and back to the query -------------------------------------------------

document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const hits = [...document.querySelectorAll(".hit h2 a")];
  const box = document.getElementById("q");
  const at = hits.indexOf(document.activeElement);
  const fromBox = document.activeElement === box && step > 0 && box.getAttribute("aria-expanded") !== "true";
  if (!hits.length || event.defaultPrevented || (at < 0 && !fromBox)) return;
  event.preventDefault();
  (hits[at + step] ?? (step < 0 ? box : hits[at])).focus();
});

// --- on a narrow screen the menu shows where one is ----------------------------------------------------

const here = document.querySelector(".sections a[aria-current]");
const menu = here?.closest("ul");
if (menu && menu.scrollWidth > menu.clientWidth) menu.scrollLeft = here.parentNode.offsetLeft - menu.offsetLeft - (menu.clientWidth - here.offsetWidth) / 2;

// --- suggestions: a combobox with a list of links --------------------------------------------------

class Suggestions {
  constructor(box) {
    this.box = box;
    this.list = make("ul", { id: "suggestions", role: "listbox", "aria-label": say("제안"), hidden: "" });
    box.form.append(this.list);
    for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", "suggestions"], ["aria-autocomplete", "list"]]) box.setAttribute(name, value);
    this.items = [];
    this.at = -1;
    box.addEventListener("input", () => this.later());
    box.addEventListener("keydown", (event) => this.key(event));
    box.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    box.form.addEventListener("submit", () => this.close());
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), 120);
  }

  async ask() {
    this.pending?.abort();
    const q = this.box.value.trim();
    if (!q || q.length > 100) return this.close();
    this.pending = new AbortController();
    try {
      const answer = await fetch(`/api/v1/suggest?limit=8&q=${encodeURIComponent(q)}`, { signal: this.pending.signal });
      if (answer.ok) this.show((await answer.json()).suggestions);
    } catch (error) {
      if (error.name !== "AbortError") this.close();
    }
  }

  show(suggestions) {
    if (document.activeElement !== this.box) return;
    this.items = suggestions;
    this.list.replaceChildren(...suggestions.map((item, i) => this.option(item, i)));
    this.list.hidden = suggestions.length === 0;
    this.box.setAttribute("aria-expanded", String(!this.list.hidden));
    this.choose(-1);
  }

  option(item, i) {
    const node = make("li", { id: `suggestion-${i}`, role: "option", class: `k-${item.kind}` }, make("span", { lang: "ko" }, item.text));
    if (item.via) node.append(make("span", { class: "via" }, item.via));
    node.append(make("span", { class: "kind" }, say(KINDS[item.kind] ?? item.kind)));
    node.addEventListener("mousedown", (event) => event.preventDefault());
    node.addEventListener("click", () => this.open(i));
    return node;
  }

  choose(at) {
    this.at = at;
    [...this.list.children].forEach((node, i) => node.setAttribute("aria-selected", String(i === at)));
    if (at >= 0) this.box.setAttribute("aria-activedescendant", `suggestion-${at}`);
    else this.box.removeAttribute("aria-activedescendant");
  }

  key(event) {
    if (event.isComposing || this.list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const count = this.items.length + 1; // the place before the first is the box itself
      this.choose(((this.at + 1 + step + count) % count) - 1);
    } else if (event.key === "Enter" && this.at >= 0) {
      event.preventDefault();
      this.open(this.at);
    } else if (event.key === "Escape") {
      event.preventDefault(); // else the browser empties the field too
      this.close();
    }
  }

  open(i) {
    location.assign(this.items[i].url);
  }

  close() {
    clearTimeout(this.timer);
    this.pending?.abort();
    this.list.hidden = true;
    this.box.setAttribute("aria-expanded", "false");
    this.choose(-1);
  }
}

// --- filters answer at once; the address always holds the whole state ------------------------------

const form = document.getElementById("find");
const PARTS = ["filters", "results"];

function address() {
  const state = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value !== "") state.append(name, value);
  return state.size ? `/search?${state}` : "/search";
}

function remembered() {
  const open = [...document.querySelectorAll("#filters details[open]")].map((node) => node.id);
  const typed = [...document.querySelectorAll(".facet-search")].map((node) => [node.closest(".facet").id, node.value]);
  const at = document.activeElement;
  const day = at?.closest("#filters .period") ? { name: at.name, value: at.value } : null; // being typed meanwhile
  return { open, typed, day, focus: at?.id };
}

function restore({ open, typed, day, focus }) {
  open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
  for (const [facet, value] of typed) {
    const box = document.querySelector(`#${facet} .facet-search`);
    if (box && value) { box.value = value; box.dispatchEvent(new Event("input")); }
  }
  if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
  if (day) retype(document.querySelector(`#filters .period [name="${day.name}"]`), day.value);
}

// Goes on with a day that was being typed when the answer came; a value set by a script tells no change.
function retype(box, value) {
  box.value = value;
  box.focus({ preventScroll: true });
  box.setSelectionRange(value.length, value.length);
  box.addEventListener("blur", () => { if (!replacing && address() !== asked) load(address()); }, { once: true });
}

let turn = 0;
let asked = ""; // the address of the newest question
let replacing = false; // taking away a field that was being typed in tells a change, too

async function load(url, push = true) {
  const mine = ++turn;
  asked = url;
  document.getElementById("results").setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" } });
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== turn) return;
    if (PARTS.some((id) => !next.getElementById(id))) return location.assign(url);
    const before = remembered();
    replacing = true;
    PARTS.forEach((id) => document.getElementById(id).replaceWith(next.getElementById(id)));
    replacing = false;
    document.title = next.title;
    if (!push || document.activeElement !== form.q) form.q.value = next.getElementById("q").value;
    document.querySelector(".filters-label").replaceWith(next.querySelector(".filters-label"));
    if (push) history.pushState(null, "", url);
    narrowLists();
    restore(before);
  } catch {
    location.assign(url);
  }
}

// Rows whose name, or a name below it, has what is typed. Values that the page does not hold are asked for.
function narrowLists() {
  for (const box of document.querySelectorAll(".facet-search")) {
    const facet = box.closest(".facet");
    const shut = [...facet.querySelectorAll("details:not([open])")];
    let timer, pending;
    const filter = (wanted) => {
      for (const each of shut) each.open = wanted !== "";
      for (const item of facet.querySelectorAll("li")) item.hidden = !item.textContent.toLowerCase().includes(wanted);
    };
    const further = async (wanted) => {
      pending?.abort();
      pending = new AbortController();
      const url = new URL(box.dataset.all, location.href);
      url.searchParams.set("find", wanted);
      try {
        const answer = await fetch(url, { signal: pending.signal, headers: { Accept: "text/html" } });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        facet.querySelector(".found")?.remove();
        const missing = [...page.querySelectorAll("#values .row")].filter((row) => !document.getElementById(row.querySelector("input").id));
        for (const input of missing.flatMap((row) => [...row.querySelectorAll("input")])) input.setAttribute("form", "find");
        if (missing.length) facet.querySelector("ul").before(make("ul", { class: "found" }, ...missing.map((row) => make("li", {}, row))));
      } catch (error) {
        if (error.name !== "AbortError") throw error;
      }
    };
    box.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    box.addEventListener("input", () => {
      const wanted = box.value.trim().toLowerCase();
      clearTimeout(timer);
      if (!wanted) facet.querySelector(".found")?.remove();
      filter(wanted);
      if (wanted && box.dataset.all) timer = setTimeout(() => further(wanted), 200);
    });
  }
}

if (form && document.getElementById("results")) {
  narrowLists();
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (replacing || !field.closest("#filters") || field.form !== form) return;
    const twin = field.closest(".row")?.querySelectorAll("input");
    if (field.checked) twin?.forEach((other) => { if (other !== field) other.checked = false; });
    load(address());
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); load(address()); });
  document.getElementById("main").addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const target = new URL(link.href.baseVal ?? link.href, location.href);
    if (target.pathname !== "/search" || target.hash) return;
    event.preventDefault();
    load(target.pathname + target.search);
    if (link.closest(".pager")) document.getElementById("main").scrollIntoView();
  });
  asked = location.pathname + location.search;
  addEventListener("popstate", () => { // also when a link to a place on this page is followed
    const here = location.pathname + location.search;
    if (here !== asked) load(here, false);
  });
}

// --- small things -------------------------------------------------------------------------------------

const query = document.getElementById("q");
if (query) new Suggestions(query);

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = say("복사함");
  });
}
