// The report page: everything by keyboard. What is decided is shown at once, sent in order one
// after the other, and kept in the browser until the server has said that it is saved.
"use strict";
(function () {
  const $ = (id) => document.getElementById(id);
  const view = JSON.parse($("view").textContent);
  const words = view.words;
  const say = (key) => words[key] || key;
  const chinese = document.documentElement.lang.startsWith("zh");
  const said = (sum) => (chinese ? sum.said_zh : sum.said);
  const scope = (sum) => (chinese ? sum.scope.replace(/^column /, "列 ") : sum.scope);
  const cells = view.cells;
  const here = `/report/${view.sha256}`;
  const kept = `gouji-pending-${view.sha256}`;
  const places = new Map();
  for (const td of document.querySelectorAll("td[data-key]")) places.set(td.dataset.key, td);
  const inForm = [...places.keys()];

  let csrf = view.csrf;
  let version = view.version;
  let reading = view.reading;
  let order = view.order;
  let current = null; // key of the cell that is looked at
  let typed = ""; // what was typed, as text
  let chosen = -1; // an alternative chosen by a digit, until another digit makes it a number
  let conflicts = []; // { key, said, item }
  let pending = []; // decisions on their way
  let sending = false;
  let saved = 0;
  let trouble = 0; // times in a row that the server was not there
  let broken = view.sums;
  let following = null; // the next report, asked for before it is needed

  // --- the page's picture ---

  const pictures = new Map();
  const look = { page: null, scale: 1, x: 0, y: 0, fitted: true };

  function picture(page) {
    let image = pictures.get(page);
    if (!image) {
      image = new Image();
      image.addEventListener("load", () => drawn(page));
      image.addEventListener("error", () => drawn(page));
      image.src = `${here}/page/${page}.jpg`;
      pictures.set(page, image);
    }
    return image;
  }

  function drawn(page) {
    if (page === look.page) showPage(page, true);
    const cell = cells[current];
    if (cell && cell.page === page) drawCrop(cell);
  }

  function showPage(page, again) {
    if (!$("viewport") || !(page in view.pages)) return;
    if (page === look.page && !again) return;
    look.page = page;
    const image = picture(page);
    const numbers = Object.keys(view.pages);
    $("page-number").textContent = `${say("page")} ${page} / ${numbers.length}`;
    const there = image.complete && image.naturalWidth > 0;
    $("picture-gone").hidden = !image.complete || there;
    $("paper").hidden = !there;
    if (!there) return;
    if ($("picture").src !== image.src) $("picture").src = image.src;
    $("picture").width = view.pages[page][0];
    $("picture").height = view.pages[page][1];
    if (look.fitted) fit();
    else place();
    outline();
  }

  function fit() {
    const box = $("viewport").getBoundingClientRect();
    const [width] = view.pages[look.page];
    look.scale = (box.width - 16) / width;
    look.x = 8;
    look.y = 8;
    look.fitted = true;
    bringIntoView();
  }

  function place() {
    $("paper").style.transform = `translate(${look.x}px, ${look.y}px) scale(${look.scale})`;
    $("outline").style.borderWidth = `${3 / look.scale}px`;
  }

  function zoom(factor, x, y) {
    const box = $("viewport").getBoundingClientRect();
    const atX = x === undefined ? box.width / 2 : x - box.left;
    const atY = y === undefined ? box.height / 2 : y - box.top;
    const scale = Math.min(Math.max(look.scale * factor, 0.2), 12);
    look.x = atX - ((atX - look.x) * scale) / look.scale;
    look.y = atY - ((atY - look.y) * scale) / look.scale;
    look.scale = scale;
    look.fitted = false;
    place();
  }

  function lookedAt() {
    const cell = cells[current];
    if (cell && cell.page === look.page && cell.box) return cell.box;
    return linked && linked.page === look.page ? linked.box : null;
  }

  function outline() {
    const box = lookedAt();
    $("outline").hidden = !box;
    if (!box) return;
    const style = $("outline").style;
    const around = 1.5;
    style.left = `${box[0] - around}px`;
    style.top = `${box[1] - around}px`;
    style.width = `${box[2] - box[0] + 2 * around}px`;
    style.height = `${box[3] - box[1] + 2 * around}px`;
  }

  function bringIntoView() {
    const box = lookedAt();
    const port = $("viewport").getBoundingClientRect();
    if (box) {
      const top = box[1] * look.scale + look.y;
      const bottom = box[3] * look.scale + look.y;
      const left = box[0] * look.scale + look.x;
      const right = box[2] * look.scale + look.x;
      if (top < 40 || bottom > port.height - 40) {
        look.y = port.height / 2 - ((box[1] + box[3]) / 2) * look.scale;
        const tall = view.pages[look.page][1] * look.scale;
        look.y = Math.min(8, Math.max(look.y, port.height - tall - 8));
      }
      if (left < 10 || right > port.width - 10) {
        look.x = port.width / 2 - ((box[0] + box[2]) / 2) * look.scale;
      }
    }
    place();
  }

  // Of a wide cell, the part in which something is printed: left and right in points.
  function inked(image, box, ratio) {
    const wide = box[2] - box[0];
    const high = box[3] - box[1];
    if (wide < 4.5 * high || wide * high * ratio * ratio > 4e6) return [box[0], box[2]];
    const canvas = document.createElement("canvas");
    const inset = Math.min(2.5, high / 5);
    canvas.width = Math.max(1, Math.round((wide - 2 * inset) * ratio));
    canvas.height = Math.max(1, Math.round((high - 2 * inset) * ratio));
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.drawImage(
      image, (box[0] + inset) * ratio, (box[1] + inset) * ratio, canvas.width, canvas.height,
      0, 0, canvas.width, canvas.height);
    const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
    let first = canvas.width;
    let last = -1;
    for (let x = 0; x < canvas.width; x += 1) {
      let dark = 0;
      for (let y = 0; y < canvas.height; y += 1) {
        const at = 4 * (y * canvas.width + x);
        if (data[at] + data[at + 1] + data[at + 2] < 380) dark += 1;
      }
      if (dark >= 2) { first = Math.min(first, x); last = x; }
    }
    if (last < 0) return [box[0], box[2]];
    const center = box[0] + inset + (first + last) / 2 / ratio;
    const half = Math.max((last - first) / 2 / ratio + high, 2.2 * high);
    return [Math.max(box[0], center - half), Math.min(box[2], center + half)];
  }

  function drawCrop(cell) {
    const canvas = $("crop");
    const image = cell.page && cell.box ? picture(cell.page) : null;
    const there = image && image.complete && image.naturalWidth > 0 && cell.page in view.pages;
    canvas.hidden = !there;
    if (!there) return;
    const ratio = image.naturalWidth / view.pages[cell.page][0];
    const [from, to] = inked(image, cell.box, ratio);
    const high = cell.box[3] - cell.box[1];
    const left = Math.max(0, from - 0.3 * high - 3);
    const top = Math.max(0, cell.box[1] - 0.25 * high - 2);
    const width = Math.max(1, Math.min(to + 0.3 * high + 3, view.pages[cell.page][0]) - left);
    const height = Math.max(1, Math.min(high * 1.5 + 4, view.pages[cell.page][1] - top));
    const room = canvas.parentElement.getBoundingClientRect();
    const scale = Math.min(room.width / width, room.height / height, 6);
    const dots = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * scale * dots);
    canvas.height = Math.round(height * scale * dots);
    canvas.style.width = `${Math.round(width * scale)}px`;
    canvas.style.height = `${Math.round(height * scale)}px`;
    const pen = canvas.getContext("2d");
    pen.imageSmoothingQuality = "high";
    pen.drawImage(
      image, left * ratio, top * ratio, width * ratio, height * ratio,
      0, 0, canvas.width, canvas.height);
  }

  // --- the cell that is looked at ---

  function goTo(key) {
    const before = places.get(current);
    if (before) {
      before.classList.remove("current");
      before.removeAttribute("aria-current");
    }
    current = key;
    typed = "";
    chosen = -1;
    $("message").textContent = "";
    $("why").value = "";
    const cell = cells[key];
    $("card").classList.toggle("idle", !cell);
    if (cell) {
      const td = places.get(key);
      if (td) {
        td.classList.add("current");
        td.setAttribute("aria-current", "true");
        td.scrollIntoView({ block: "nearest", inline: "nearest" });
      }
      if (cell.page) {
        showPage(cell.page);
        if (look.page === cell.page && $("viewport")) {
          outline();
          if (look.scale) bringIntoView();
        }
      }
      drawCrop(cell);
      history.replaceState(null, "", `#key=${encodeURIComponent(key)}`);
    }
    showCard();
    preload();
  }

  function preload() {
    for (const key of waiting().slice(0, 3)) if (cells[key].page) picture(cells[key].page);
    if (order.length <= 5 && !following) ask("/next?after=" + view.sha256).then((next) => {
      following = next;
      if (next && next.sha256 && next.page) {
        new Image().src = `/report/${next.sha256}/page/${next.page}.jpg`;
      }
    }, () => {});
  }

  function textOf(cell) {
    return cell.shown === "" || cell.kind !== "number" ? say(cell.kind) : cell.shown;
  }

  function showCard() {
    const cell = cells[current];
    const conflict = conflicts.find((each) => each.key === current);
    $("conflict").hidden = !conflict;
    $("label").textContent = cell ? cell.label : "";
    $("typed").value = !cell ? "" : typed || textOf(cell);
    $("typed").classList.toggle("changed", typed !== "");
    const list = $("alternatives");
    list.replaceChildren();
    if (!cell) {
      $("facts").textContent = "";
      $("card-sums").textContent = "";
      $("crop").hidden = true;
      return;
    }
    const by = cell.by ? ` · ${cell.by}` : "";
    const sure = cell.by ? "" : ` · ${say("confidence")} ${(100 * cell.confidence).toFixed(1)} %`;
    const read = cell.read === "" ? "" : ` · ${say("read_as")} “${cell.read}”`;
    const state = cell.disputed ? say("disputed") : say(cell.state);
    $("facts").textContent = `${state}${by}${cell.disputed ? "" : sure}${read}`;
    cell.alternatives.forEach(([text, p, who], index) => {
      const item = document.createElement("li");
      const key = document.createElement("kbd");
      key.textContent = index + 1;
      const what = document.createElement("b");
      what.textContent = text === "" ? say("blank") : text;
      const chance = document.createElement("small");
      chance.textContent = who || `${(100 * p).toFixed(p > 0.995 || p < 0.001 ? 2 : 1)} %`;
      item.append(key, " ", what, " ", chance);
      item.classList.toggle("chosen", index === chosen);
      list.append(item);
    });
    $("card-sums").textContent = broken
      .filter((sum) => sum.keys.includes(current))
      .map((sum) => `${sum.id} ${scope(sum)}: ${said(sum)}${sum.gap ? ` (${say("gap")} ${sum.gap})` : ""}`)
      .join("; ");
    if (conflict) {
      const mine = conflict.item.text || say(conflict.item.action);
      $("conflict-said").textContent =
        `${say("conflict")}: ${conflict.said.who} → ${conflict.said.shown || say(conflict.said.kind)}. ` +
        `${say("conflict_yours")}: ${mine}`;
    }
    $("announce").textContent = `${cell.label}: ${textOf(cell)}, ${say(cell.state)}`;
  }

  function showCell(key) {
    const td = places.get(key);
    const cell = cells[key];
    if (!td || !cell) return;
    td.textContent = cell.shown;
    const marks = ["broken", "publisher", "lit", "current"].filter((m) => td.classList.contains(m));
    td.className = ["v", cell.settled ? "settled" : cell.state, ...marks].join(" ");
    td.classList.toggle("none", cell.kind !== "number");
    td.classList.toggle("saving", pending.some((item) => item.key === key));
  }

  function showSums(sums) {
    broken = sums;
    for (const td of places.values()) {
      td.classList.remove("broken", "publisher", "lit");
      delete td.dataset.gap;
    }
    const list = $("sums");
    list.replaceChildren();
    for (const sum of sums) {
      const item = document.createElement("li");
      item.tabIndex = 0;
      item.className = sum.publisher ? "publisher" : sum.level === "H" ? "hard" : "soft";
      const gap = document.createElement("b");
      gap.textContent = sum.gap ? `${say("gap")} ${sum.gap}` : "";
      const fault = sum.publisher ? `(${say("publisher")})` : sum.suspected ? `(${say("suspected")})` : "";
      item.append(`${sum.id} · ${scope(sum)}: ${said(sum)} `, gap, ` ${fault}`);
      const light = (on) => {
        for (const key of sum.keys) places.get(key)?.classList.toggle("lit", on);
      };
      item.addEventListener("mouseenter", () => light(true));
      item.addEventListener("mouseleave", () => light(false));
      item.addEventListener("focus", () => light(true));
      item.addEventListener("blur", () => light(false));
      item.addEventListener("click", () => sum.keys[0] in cells && goTo(sum.keys[0]));
      list.append(item);
      if (sum.level !== "H") continue;
      const total = places.get(sum.keys[0]);
      if (total && sum.gap && !total.dataset.gap) total.dataset.gap = sum.gap;
      for (const key of sum.keys) {
        places.get(key)?.classList.add("broken");
        places.get(key)?.classList.toggle("publisher", sum.publisher);
      }
    }
    if (!sums.length) {
      const item = document.createElement("li");
      item.className = "none";
      item.textContent = say("no_sums");
      list.append(item);
    }
  }

  function showStatus(settled) {
    const status = $("status");
    status.classList.toggle("trouble", trouble > 0);
    const left = waiting().length + (order.includes(current) && !isPending(current) ? 1 : 0);
    let text = trouble > 0 ? say("not_saved") : pending.length
      ? `${say("saving")} ${pending.length}` : `${say("saved")} ${saved}`;
    text += ` · ${say("left")} ${left}`;
    if (settled) text += ` · ${say("settled_itself")} ${settled}`;
    status.textContent = text;
    status.dataset.saved = saved;
    status.dataset.pending = pending.length;
    const done = left === 0 && !conflicts.length;
    $("done").hidden = !done;
    if (done) $("done").textContent = say(following && following.sha256 === null ? "all_done" : "all_settled");
  }

  const isPending = (key) => pending.some((item) => item.key === key && item.action !== "undo");
  const waiting = () => order.filter((key) => key !== current && !isPending(key) && cells[key]);

  // --- decisions ---

  const kinds = { blank: "blank", not_applicable: "not_applicable", unreadable: "text_damaged" };

  function decide(action, text) {
    const cell = cells[current];
    if (!view.may_decide) return tell("not_allowed");
    if (!cell && action !== "undo") return undefined;
    const unread = cell && (cell.kind === "unread" || cell.kind === "text_damaged");
    if ((action === "confirm" || action === "source_says_so") && unread && cell.state === "review") {
      return tell("nothing_to_confirm");
    }
    const item = {
      token: crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2) + Date.now(),
      key: action === "undo" ? "" : current,
      action,
      text: text === undefined ? null : text,
      why: $("why").value || null,
      was: cell ? { shown: cell.shown, kind: cell.kind, state: cell.state } : null,
    };
    pending.push(item);
    keep();
    if (action !== "undo") {
      foresee(cell, item);
      conflicts = conflicts.filter((each) => each.key !== item.key);
      showCell(current);
      const next = waiting()[0];
      goTo(next === undefined ? null : next);
    }
    showStatus();
    send();
    return undefined;
  }

  function foresee(cell, item) {
    cell.disputed = false;
    if (item.action === "correct") {
      cell.shown = item.text;
      cell.kind = "number";
      cell.state = "corrected";
    } else if (item.action in kinds) {
      cell.kind = kinds[item.action];
      cell.shown = { blank: "", not_applicable: "/", unreadable: "?" }[item.action];
      cell.state = "corrected";
    } else cell.state = "confirmed";
  }

  function keep() {
    try {
      if (pending.length) localStorage.setItem(kept, JSON.stringify(pending));
      else localStorage.removeItem(kept);
    } catch (error) { /* no room, or not allowed: it is only a second net */ }
  }

  async function send() {
    if (sending) return;
    sending = true;
    while (pending.length) {
      const item = pending[0];
      let answer = null;
      try {
        answer = await post(item);
      } catch (error) { /* the server is not there */ }
      if (answer === null || answer.status >= 500 || answer.status === 401 || answer.status === 403) {
        trouble += 1;
        showStatus();
        if (answer && answer.status === 401) tell("who_are_you");
        if (answer && answer.status === 403) {
          if (answer.said.error === "not_allowed") { drop(item, answer.said); continue; }
          await renew();
        }
        await new Promise((done) => setTimeout(done, Math.min(250 * trouble, 3000)));
        continue;
      }
      trouble = 0;
      if (answer.status === 200) settle(item, answer.said);
      else if (answer.status === 409) collide(item, answer.said);
      else drop(item, answer.said);
    }
    sending = false;
    showStatus();
  }

  async function post(item) {
    const response = await fetch(`${here}/decide`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": csrf || "" },
      body: JSON.stringify({
        key: item.key, action: item.action, text: item.text, why: item.why,
        seen: version, reading, token: item.token,
      }),
    });
    return { status: response.status, said: await response.json() };
  }

  async function renew() {
    try {
      csrf = (await ask("/session")).csrf;
    } catch (error) { /* next time */ }
  }

  async function ask(path) {
    const response = await fetch(path, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(String(response.status));
    return response.json();
  }

  function take(said) {
    version = said.version;
    order = said.order;
    for (const [key, cell] of Object.entries(said.cells)) {
      if (isPending(key)) continue;
      cells[key] = cell;
      showCell(key);
    }
    showSums(said.sums);
  }

  function settle(item, said) {
    pending.shift();
    keep();
    saved += 1;
    take(said);
    for (const key of said.settled) {
      if (cells[key]) cells[key].settled = true;
      showCell(key);
    }
    if (item.action === "undo") goTo(said.key);
    else if (said.settled.includes(current)) goTo(waiting()[0] || null);
    else if (current === null && waiting().length && !pending.length) goTo(waiting()[0]);
    else if (current in said.cells && typed === "" && chosen < 0) showCard();
    showStatus(said.settled.length);
  }

  function collide(item, said) {
    pending.shift();
    keep();
    reading = said.reading;
    take(said);
    if (said.conflict && item.key) {
      conflicts.push({ key: item.key, said: said.conflict, item });
      goTo(item.key);
    } else tell("read_anew");
  }

  function drop(item, said) {
    pending.shift();
    keep();
    if (item.key && cells[item.key] && item.was) {
      Object.assign(cells[item.key], item.was);
      showCell(item.key);
      goTo(item.key);
    }
    $("message").textContent = said.message || say("bad_form");
  }

  function tell(key) {
    $("message").textContent = say(key);
  }

  async function nextReport() {
    if (pending.length) return;
    try {
      const next = await ask("/next?after=" + view.sha256);
      location.href = next.sha256 ? `/report/${next.sha256}` : "/";
    } catch (error) {
      tell("store_gone");
    }
  }

  // --- the keyboard ---

  function enter() {
    const conflict = conflicts.find((each) => each.key === current);
    if (conflict && typed === "" && chosen < 0) return keepTheirs();
    if (current === null) return nextReport();
    const cell = cells[current];
    if (chosen >= 0) {
      const text = cell.alternatives[chosen][0];
      const action = { "": "blank", "?": "unreadable" }[text];
      return action ? decide(action) : decide("correct", text);
    }
    if (typed !== "") return decide("correct", typed);
    return decide("confirm");
  }

  function keepTheirs() {
    conflicts = conflicts.filter((each) => each.key !== current);
    const next = waiting()[0];
    goTo(next === undefined ? null : next);
    showStatus();
  }

  function keepMine() {
    const conflict = conflicts.find((each) => each.key === current);
    if (conflict) decide(conflict.item.action, conflict.item.text === null ? undefined : conflict.item.text);
  }

  function digit(text, onKeypad) {
    const cell = cells[current];
    if (!cell) return;
    if (typed === "" && !onKeypad && text >= "1" && Number(text) <= cell.alternatives.length) {
      chosen = Number(text) - 1;
      typed = cell.alternatives[chosen][0] || say("blank");
    } else if (chosen >= 0) {
      typed = `${chosen + 1}${text}`;
      chosen = -1;
    } else if (typed.length < 40) typed = typed.trim() + text;
    showCard();
  }

  function back() {
    if (chosen >= 0) { chosen = -1; typed = ""; }
    else if (typed !== "") typed = typed.slice(0, -1);
    else return decide("undo");
    return showCard();
  }

  function move(by) {
    if (!inForm.length) return;
    const at = inForm.indexOf(current);
    goTo(inForm[at < 0 ? 0 : Math.min(Math.max(at + by, 0), inForm.length - 1)]);
    showStatus();
  }

  const keys = {
    Enter: enter,
    b: () => decide("blank"),
    "/": () => decide("not_applicable"),
    u: () => decide("unreadable"),
    s: () => decide("source_says_so"),
    z: () => decide("undo"),
    m: keepMine,
    Backspace: back,
    " ": () => { chosen = -1; typed = " "; showCard(); },
    Escape: () => { chosen = -1; typed = ""; $("message").textContent = ""; showCard(); },
    ArrowDown: () => move(1), j: () => move(1),
    ArrowUp: () => move(-1), k: () => move(-1),
    w: () => $("why").focus(),
    n: nextReport,
    q: () => { if (!pending.length) location.href = "/"; },
    "?": () => $("help").showModal(),
    "[": () => zoom(1 / 1.25), "]": () => zoom(1.25), "\\": () => { fit(); },
  };
  const mayRepeat = new Set(["ArrowDown", "ArrowUp", "j", "k", "[", "]"]);

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || $("help").open) return;
    if (event.ctrlKey || event.metaKey) {
      if (event.key === "z") { event.preventDefault(); decide("undo"); }
      return;
    }
    const target = event.target instanceof Element ? event.target : document.body;
    if (target === $("why")) {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault();
      $("typed").focus();
      return;
    }
    if (target.matches("button, a, summary") && (event.key === "Enter" || event.key === " ")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (/^[0-9.,+-]$/.test(key)) {
      event.preventDefault();
      digit(key, event.code.startsWith("Numpad"));
      return;
    }
    const what = keys[key];
    if (!what) return;
    event.preventDefault();
    if (event.repeat && !mayRepeat.has(key)) return; // a key that got stuck decides nothing
    what();
  });

  document.addEventListener("paste", (event) => {
    if (event.target === $("why")) return;
    typed = event.clipboardData.getData("text").trim().slice(0, 40);
    chosen = -1;
    showCard();
  });

  $("sheet").addEventListener("click", (event) => {
    const td = event.target.closest("td[data-key]");
    if (td) { goTo(td.dataset.key); showStatus(); }
  });
  $("alternatives").addEventListener("click", (event) => {
    const item = event.target.closest("li");
    if (!item) return;
    typed = "";
    chosen = -1;
    digit(String([...item.parentElement.children].indexOf(item) + 1), false);
  });
  $("keep-mine").addEventListener("click", keepMine);
  $("keep-theirs").addEventListener("click", keepTheirs);
  $("help-open").addEventListener("click", () => $("help").showModal());

  // --- mouse and fingers on the page's picture ---

  const port = $("viewport");
  if (port) {
    port.addEventListener("wheel", (event) => {
      event.preventDefault();
      if (event.shiftKey) { look.y -= event.deltaY; place(); return; }
      zoom(event.deltaY < 0 ? 1.12 : 1 / 1.12, event.clientX, event.clientY);
    }, { passive: false });
    let held = null;
    port.addEventListener("pointerdown", (event) => {
      held = { x: event.clientX - look.x, y: event.clientY - look.y };
      port.setPointerCapture(event.pointerId);
      port.classList.add("dragging");
    });
    port.addEventListener("pointermove", (event) => {
      if (!held) return;
      look.x = event.clientX - held.x;
      look.y = event.clientY - held.y;
      look.fitted = false;
      place();
    });
    for (const end of ["pointerup", "pointercancel"]) port.addEventListener(end, () => {
      held = null;
      port.classList.remove("dragging");
    });
    port.addEventListener("dblclick", fit);
    $("zoom-in").addEventListener("click", () => zoom(1.25));
    $("zoom-out").addEventListener("click", () => zoom(1 / 1.25));
    $("zoom-fit").addEventListener("click", fit);
    const turn = (by) => {
      const numbers = Object.keys(view.pages).map(Number);
      const at = numbers.indexOf(Number(look.page)) + by;
      if (at >= 0 && at < numbers.length) { showPage(numbers[at]); }
    };
    $("page-before").addEventListener("click", () => turn(-1));
    $("page-after").addEventListener("click", () => turn(1));
    window.addEventListener("resize", () => look.page && (look.fitted ? fit() : place()));
  }

  // --- to begin with ---

  const asked = new URLSearchParams(location.hash.slice(1));
  const linked = asked.has("page")
    ? { page: Number(asked.get("page")), box: (asked.get("box") || "").split(",").map(Number) }
    : null;
  if (linked && (linked.box.length !== 4 || linked.box.some(Number.isNaN))) linked.box = null;

  try {
    pending = JSON.parse(localStorage.getItem(kept) || "[]");
  } catch (error) {
    pending = [];
  }
  for (const item of pending) if (cells[item.key]) foresee(cells[item.key], item);
  for (const key of places.keys()) if (isPending(key)) showCell(key);
  showSums(view.sums);
  if (linked) {
    showPage(linked.page in view.pages ? linked.page : Number(Object.keys(view.pages)[0]));
    showCard();
  } else if (asked.get("key") in cells) goTo(asked.get("key"));
  else {
    const first = waiting()[0];
    goTo(first === undefined ? null : first);
    if (first === undefined && Object.keys(view.pages).length) showPage(Number(Object.keys(view.pages)[0]));
  }
  showStatus();
  $("typed").focus({ preventScroll: true });
  if (pending.length) send();
  window.addEventListener("beforeunload", (event) => {
    if (pending.length) event.preventDefault();
  });
})();
