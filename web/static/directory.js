// "표로 복사": every desk that answers goes to the clipboard, as a table for a document and as text for a sheet.

const HEAD = ["번호", "부서", "기관", "처음 확인", "마지막 확인", "글"];
const ENGLISH = { "번호": "Number", "부서": "Department", "기관": "Agency", "처음 확인": "First seen", "마지막 확인": "Last seen", "글": "Posts",
  "복사함": "Copied", "복사하지 못함": "Not copied", "복사하지 못했습니다. CSV로 내려받으십시오.": "Copying failed. Please download the CSV." };
const english = document.documentElement.lang === "en";
const say = (text) => (english ? ENGLISH[text] ?? text : text);
const EACH = 200; // desks a request
const button = document.getElementById("copy-desks");
const told = document.getElementById("copied");

// A sheet would run what looks like a formula.
const inert = (value) => { const text = String(value ?? ""); return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text; };
const row = (desk) => [desk.number, desk.department, desk.agency, desk.first, desk.last, desk.posts].map(inert);
const escaped = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const line = (cells, tag) => `<tr>${cells.map((text) => `<${tag}>${escaped(text)}</${tag}>`).join("")}</tr>`;

async function rows() {
  const found = [];
  for (let page = 1, pages = 1; page <= pages; page += 1) {
    const address = new URL(button.dataset.api, location.href);
    address.searchParams.set("page", page);
    address.searchParams.set("per_page", EACH);
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(answer.status);
    const part = await answer.json();
    found.push(...part.desks.map(row));
    pages = part.pages;
  }
  return found;
}

async function copy() {
  const found = rows();
  const text = found.then((list) => new Blob([[HEAD.map(say), ...list].map((cells) => cells.map((c) => c.replace(/[\t\n\r]+/g, " ")).join("\t")).join("\n")], { type: "text/plain" }));
  const table = found.then((list) => new Blob([`<table>${line(HEAD.map(say), "th")}${list.map((cells) => line(cells, "td")).join("")}</table>`], { type: "text/html" }));
  await navigator.clipboard.write([new ClipboardItem({ "text/plain": text, "text/html": table })]);
  return (await found).length;
}

if (button) {
  button.hidden = !(navigator.clipboard?.write && window.ClipboardItem);
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const count = await copy();
      button.textContent = say("복사함");
      told.textContent = english ? `${count.toLocaleString("en")} copied.` : `${count.toLocaleString("ko")}개를 복사했습니다.`;
    } catch {
      button.textContent = say("복사하지 못함");
      told.textContent = say("복사하지 못했습니다. CSV로 내려받으십시오.");
    } finally {
      button.disabled = false;
    }
  });
}
