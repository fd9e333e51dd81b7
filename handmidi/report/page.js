"use strict";
{
  // What there is to hear: one entry for each line of the list, in the song's order.
  const tone = (text) => {
    if (!text) return null;
    const [at, length, pitch] = text.split(" ").map(Number);
    return { at, length, pitch };
  };
  const lines = [...document.querySelectorAll("#notes li")];
  const notes = lines.map((line) => ({
    line,
    words: line.textContent,
    bar: line.dataset.bar,
    ids: [line.dataset.m, line.dataset.p].filter(Boolean),
    written: tone(line.dataset.written),
    played: tone(line.dataset.played),
    heads: [],
  }));
  const owner = new Map(); // from a head's id to its note: of a note held on, to the one it struck
  notes.forEach((note, i) => note.ids.forEach((id) => owner.has(id) || owner.set(id, i)));
  const parts = [...document.querySelectorAll("[data-part]")];
  let current = 0;

  // Sound: a triangle for the song, a brighter saw for the player.
  let audio = null, bus = null, timers = [];
  const LEAD_S = 0.06, AHEAD_S = 0.6, GAP_S = 0.15;

  function silence() {
    timers.forEach(clearTimeout);
    timers = [];
    if (!bus) return;
    bus.gain.setTargetAtTime(0, audio.currentTime, 0.015);
    setTimeout((old) => old.disconnect(), 200, bus);
    bus = null;
  }

  function open() {
    silence();
    audio ??= new AudioContext();
    audio.resume();
    bus = audio.createGain();
    bus.gain.value = 0.7;
    bus.connect(audio.destination);
  }

  function strike(event, start) {
    const from = start + event.at, until = from + Math.max(event.length, 0.12);
    const source = audio.createOscillator(), level = audio.createGain();
    const side = audio.createStereoPanner(), filter = audio.createBiquadFilter();
    source.type = event.kind === "written" ? "triangle" : "sawtooth";
    source.frequency.value = 440 * 2 ** ((event.pitch - 69) / 12);
    filter.type = "lowpass";
    filter.frequency.value = Math.min(4 * source.frequency.value + 400, 9000);
    side.pan.value = event.kind === "written" ? -0.35 : 0.35;
    level.gain.setValueAtTime(0, from);
    level.gain.linearRampToValueAtTime(event.kind === "written" ? 0.4 : 0.25, from + 0.012);
    level.gain.setTargetAtTime(0.1, from + 0.012, 0.4);
    level.gain.setTargetAtTime(0, until, 0.03);
    source.connect(filter).connect(level).connect(side).connect(bus);
    source.start(from);
    source.stop(until + 0.25);
    source.onended = () => side.disconnect();
  }

  // Events are made audible shortly before they are due: a song may have thousands.
  function perform(events) {
    open();
    if (!events.length) return;
    events.sort((a, b) => a.at - b.at);
    const start = audio.currentTime + LEAD_S;
    let next = 0;
    const feed = () => {
      const now = audio.currentTime - start;
      while (next < events.length && events[next].at < now + AHEAD_S) {
        const event = events[next++];
        strike(event, start);
        timers.push(setTimeout(show, Math.max(event.at - now, 0) * 1000, event.note));
      }
      if (next < events.length) timers.push(setTimeout(feed, 150));
    };
    feed();
  }

  const wanted = () => document.querySelector("input[name=what]:checked").value;
  const kinds = () => (wanted() === "both" ? ["written", "played"] : [wanted()]);

  // One note: the song's first, then the player's, so that they can be compared.
  function hearNote() {
    const note = notes[current], events = [];
    let at = 0;
    for (const kind of kinds()) {
      if (!note[kind]) continue;
      const length = Math.min(note[kind].length, 1.5);
      events.push({ at, length, pitch: note[kind].pitch, kind, note: current });
      at += Math.max(length, 0.12) + GAP_S;
    }
    perform(events);
  }

  // A passage: both together, in their own times.
  function hear(chosen) {
    const speed = Number(document.getElementById("speed").value), events = [], heard = new Set();
    chosen.forEach((i) => kinds().forEach((kind) => {
      const own = notes[i][kind], id = kind === "played" ? lines[i].dataset.p : null;
      if (!own || (id && heard.has(id))) return;
      heard.add(id);
      events.push({ at: own.at / speed, length: own.length / speed, pitch: own.pitch, kind, note: i });
    }));
    const first = events.reduce((least, event) => Math.min(least, event.at), Infinity);
    events.forEach((event) => { event.at -= first; });
    perform(events);
  }

  const indices = notes.map((_, i) => i);
  const commands = {
    "hear-note": hearNote,
    "hear-bar": () => hear(indices.filter((i) => notes[i].bar === notes[current].bar)),
    "hear-rest": () => hear(indices.slice(current)),
    "hear-all": () => hear(indices),
    stop: silence,
  };

  // Which note is chosen: shown in every picture, told in words.
  function show(i) {
    notes[current].line.classList.remove("now");
    notes[current].heads.forEach((head) => head.classList.remove("now"));
    current = i;
    notes[i].line.classList.add("now");
    notes[i].heads.forEach((head) => head.classList.add("now"));
    document.getElementById("said").textContent = notes[i].words;
  }

  // Browsers draw no focus ring around a part of a picture.
  function ring(head) {
    document.querySelectorAll(".ring").forEach((old) => old.remove());
    const box = head.getBBox(), edge = Math.max(box.width, box.height) / 8;
    const frame = document.createElementNS(head.namespaceURI, "rect");
    const shape = {
      class: "ring", rx: edge, x: box.x - edge, y: box.y - edge,
      width: box.width + 2 * edge, height: box.height + 2 * edge,
    };
    Object.entries(shape).forEach(([name, value]) => frame.setAttribute(name, value));
    head.after(frame);
  }

  function choose(head) {
    ring(head);
    const part = head.closest("[data-part]");
    part.querySelectorAll('[tabindex="0"]').forEach((other) => other.setAttribute("tabindex", "-1"));
    head.setAttribute("tabindex", "0");
    show(owner.get(head.dataset.n));
  }

  function inPart(i, part, like) {
    const heads = notes[i].heads.filter((head) => part.contains(head));
    return heads.find((head) => head.dataset.n[0] === like) || heads[0];
  }

  function step(head, by) {
    const part = head.closest("[data-part]"), like = head.dataset.n[0];
    for (let i = owner.get(head.dataset.n) + by; i >= 0 && i < notes.length; i += by) {
      const other = inPart(i, part, like);
      if (other) return other;
    }
    return head;
  }

  function edge(head, last) {
    const part = head.closest("[data-part]"), order = last ? [...indices].reverse() : indices;
    return order.map((i) => inPart(i, part, head.dataset.n[0])).find(Boolean) || head;
  }

  const moves = {
    ArrowRight: (head) => step(head, 1),
    ArrowLeft: (head) => step(head, -1),
    ArrowUp: (head) => inPart(owner.get(head.dataset.n), head.closest("[data-part]"), "m"),
    ArrowDown: (head) => inPart(owner.get(head.dataset.n), head.closest("[data-part]"), "p"),
    Home: (head) => edge(head, false),
    End: (head) => edge(head, true),
  };

  function pressed(event) {
    const head = event.target.closest("[data-n]");
    if (!head || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Enter" || event.key === " ") {
      choose(head);
      hearNote();
    } else if (moves[event.key]) {
      (moves[event.key](head) || head).focus();
    } else return;
    event.preventDefault();
  }

  for (const part of parts) {
    part.querySelectorAll("svg").forEach((svg) => svg.removeAttribute("role"));
    part.setAttribute("role", "group");
    part.setAttribute("aria-label", `Notes of the ${part.dataset.part}; arrow keys move, Enter sounds`);
    part.addEventListener("keydown", pressed);
    part.addEventListener("focusin", (event) => {
      const head = event.target.closest("[data-n]");
      if (head) choose(head);
    });
    part.addEventListener("click", (event) => {
      const head = event.target.closest("[data-n]");
      if (!head) return;
      head.focus({ preventScroll: true });
      choose(head);
      hearNote();
    });
  }
  document.querySelectorAll("[data-part] [data-n]").forEach((head) => {
    const i = owner.get(head.dataset.n);
    if (i === undefined) return head.removeAttribute("data-n");
    notes[i].heads.push(head);
    head.setAttribute("role", "button");
    head.setAttribute("tabindex", "-1");
    const who = head.dataset.n[0] === "m" ? "written" : "played";
    head.setAttribute("aria-label", `${notes[i].words} (${who})`);
  });
  parts.forEach((part) => part.querySelector("[data-n]")?.setAttribute("tabindex", "0"));
  lines.forEach((line, i) => line.addEventListener("click", () => { show(i); hearNote(); }));
  for (const [id, command] of Object.entries(commands)) {
    document.getElementById(id).addEventListener("click", command);
  }
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") silence(); });
  document.body.classList.add("live");
  if (notes.length) document.getElementById("player").hidden = false;
  document.querySelectorAll(".help").forEach((help) => { help.hidden = false; });
}
